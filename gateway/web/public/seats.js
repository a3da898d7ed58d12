// @ts-check
/**
 * Which pages of a browser may hold a connection that stays open. By HTTP/1.1 a browser opens six to one server, for all
 * of its tabs together, and a page that finds them taken does not even load. So only a few may stay: those of the pages
 * that were looked at last. The pages tell each other through a channel that nobody else hears.
 */

/** Half of what browsers open, so that requests always find a way. */
export const SEATS = 3;

/**
 * The part of BroadcastChannel that is used: what one page posts, all others hear.
 * @typedef {object} Channel
 * @property {(message: unknown) => void} postMessage
 * @property {(type: 'message', hear: (event: any) => void) => void} addEventListener
 */

/**
 * @param {Channel} channel
 * @param {() => void} onLost called when this page's seat has gone to pages that came later
 */
export function seatOn(channel, onLost) {
  const page = `${Date.now()} ${Math.random()}`;
  let isSeated = false;
  /** The pages that have sat down since this one did. @type {Set<string>} */
  const later = new Set();

  const say = (/** @type {boolean} */ seated) => {
    isSeated = seated;
    later.clear();
    channel.postMessage({ page, seated });
  };
  channel.addEventListener('message', ({ data }) => {
    if (!isSeated) return;
    if (data.seated === true) later.add(data.page);
    else later.delete(data.page);
    if (later.size < SEATS) return;
    say(false);
    onLost();
  });
  return {
    take: () => say(true),
    leave() {
      if (isSeated) say(false);
    },
  };
}
