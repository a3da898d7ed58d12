// @ts-check
/** Takes the figures of a connection once a second, shows them, and keeps the latest for whoever asks. */

const EVERY_MS = 1000;

/** @typedef {import('./figures.js').Figures} Figures */
/** @typedef {import('./figures.js').Report} Report */

/** Before anything was measured. @type {Figures} */
export const nothing = { framesDecoded: 0, audioSamples: 0 };

/**
 * @param {(now: Report, before?: Report) => Figures} figuresOf
 * @param {(figures: Figures) => void} onFigures
 */
export function measureWith(figuresOf, onFigures) {
  /** @type {RTCPeerConnection | undefined} */
  let peer;
  /** @type {Report | undefined} */
  let before;
  let latest = nothing;

  const take = async () => {
    const measured = peer;
    if (measured === undefined) return nothing;
    const report = /** @type {Report} */ (/** @type {unknown} */ (await measured.getStats()));
    return { measured, report, figures: figuresOf(report, before) };
  };
  setInterval(async () => {
    const taken = await take();
    // The connection may have been exchanged while its figures were on the way.
    if (!('measured' in taken) || taken.measured !== peer) return;
    before = taken.report;
    latest = taken.figures;
    onFigures(latest);
  }, EVERY_MS);

  return {
    /** @param {RTCPeerConnection | undefined} next the connection to measure from now on */
    follow(next) {
      peer = next;
      before = undefined;
      latest = nothing;
      onFigures(latest);
    },
    latest: () => latest,
    /** As of this moment, rather than of the last whole second. */
    async fresh() {
      const taken = await take();
      return 'figures' in taken ? taken.figures : nothing;
    },
  };
}
