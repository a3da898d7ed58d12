// @ts-check
/**
 * The access token of an invitation link. It is taken out of the address bar at once, so that it is not on the screen
 * that the teacher shares, and kept for this tab only, so that a reload still works.
 */

/** @returns {string | undefined} */
export function takeToken() {
  const address = new URL(location.href);
  const fragment = new URLSearchParams(address.hash.slice(1));
  // Another invitation put into the address bar of this page changes only what is behind the #; the browser stays.
  addEventListener('hashchange', () => {
    if (new URLSearchParams(location.hash.slice(1)).has('token')) location.reload();
  });
  const given = fragment.get('token') ?? address.searchParams.get('token');
  const key = `token ${address.pathname}`;
  if (given === null) return sessionStorage.getItem(key) ?? undefined;
  fragment.delete('token');
  address.searchParams.delete('token');
  address.hash = fragment.toString();
  history.replaceState(history.state, '', address);
  sessionStorage.setItem(key, given);
  return given;
}
