// @ts-check
/** The link for students, to be copied. */
import { element } from './show.js';

/** How long the button says that it did its work. */
const THANKS_MS = 2000;

/**
 * @param {string} stream
 * @param {string | undefined} token
 */
export function shareLink(stream, token) {
  // Where tokens rule, a bare link lets nobody in, and the teacher's own token is not for students.
  element('share', HTMLElement).hidden = token !== undefined;
  const link = element('watch-link', HTMLAnchorElement);
  const copy = element('copy', HTMLButtonElement);
  const address = new URL(`/watch/${encodeURIComponent(stream)}`, location.href).href;
  link.href = address;
  link.target = '_blank';
  link.textContent = address;
  // Pages that did not come over HTTPS have no clipboard; there the link can be copied by hand.
  copy.hidden = navigator.clipboard === undefined;
  copy.addEventListener('click', async () => {
    const words = await navigator.clipboard.writeText(address).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    copy.textContent = words;
    setTimeout(() => {
      copy.textContent = 'Copy';
    }, THANKS_MS);
  });
}
