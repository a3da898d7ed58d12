// @ts-check
/** Whether a page that was reloaded while it published goes on by itself. */

const key = `publishing ${location.pathname}`;

/** Remembers, for this tab only, that the page publishes or has ceased to. @param {boolean} isPublishing */
export function remember(isPublishing) {
  if (isPublishing) sessionStorage.setItem(key, 'true');
  else sessionStorage.removeItem(key);
}

/** True after a reload while publishing; who comes anew is to press the button. */
export function wasPublishing() {
  const [visit] = performance.getEntriesByType('navigation');
  const { type } = /** @type {PerformanceNavigationTiming} */ (visit);
  const was = type === 'reload' && sessionStorage.getItem(key) !== null;
  if (!was) remember(false);
  return was;
}
