// @ts-check
/** `window.zrtc`: what the page is doing, to be read by tests and by the curious. Nothing can be set through it. */

/**
 * @param {object} source
 * @param {() => string} source.state
 * @param {() => string | undefined} source.session
 * @param {() => import('./figures.js').Figures} source.latest
 * @param {() => Promise<import('./figures.js').Figures>} source.fresh
 */
export function inspectable({ state, session, latest, fresh }) {
  const value = {
    get state() {
      return state();
    },
    get session() {
      return session();
    },
    get framesDecoded() {
      return latest().framesDecoded;
    },
    get audioSamples() {
      return latest().audioSamples;
    },
    get width() {
      return latest().width ?? 0;
    },
    get height() {
      return latest().height ?? 0;
    },
    stats: fresh,
  };
  Object.defineProperty(window, 'zrtc', { value: Object.freeze(value) });
}
