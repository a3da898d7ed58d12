// @ts-check
/** Writing on the page: the state, the notice, and the figures. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page lacks its #${id}`);
  return found;
}

/** The stream of this page: the last part of the path. */
export function streamOfPage() {
  const name = location.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** @typedef {'idle' | 'busy' | 'good' | 'bad'} Mood */

/**
 * The state in a few words, at the top of the page.
 * @param {Mood} mood
 * @param {string} words
 */
export function showState(mood, words) {
  const state = element('state', HTMLElement);
  state.dataset.mood = mood;
  const line = element('state-words', HTMLElement);
  // Screen readers speak each change, so nothing is written twice.
  if (line.textContent !== words) line.textContent = words;
}

/**
 * What went wrong and what to do, with a button; without arguments the notice goes away.
 * @param {{ title: string, detail?: string, action?: string, act?: () => void }} [notice]
 */
export function showNotice(notice) {
  const box = element('notice', HTMLElement);
  const button = element('notice-action', HTMLButtonElement);
  box.hidden = notice === undefined;
  if (notice === undefined) return;
  element('notice-title', HTMLElement).textContent = notice.title;
  element('notice-detail', HTMLElement).textContent = notice.detail ?? '';
  button.hidden = notice.action === undefined;
  button.textContent = notice.action ?? '';
  button.onclick = () => {
    showNotice();
    notice.act?.();
  };
}

/** @type {Record<string, string>} */
const limits = {
  none: 'nothing',
  cpu: 'this computer',
  bandwidth: 'the network',
  limit: 'its upper limit',
  other: 'something else',
};

/**
 * Fills in each element with a `data-figure`.
 * @param {import('./figures.js').Figures} figures
 */
export function showFigures(figures) {
  /** @type {Record<string, string | undefined>} */
  const words = {
    video: bitrate(figures.videoBps),
    audio: bitrate(figures.audioBps),
    size: figures.width && figures.height ? `${figures.width} × ${figures.height}` : undefined,
    rate:
      figures.framesPerSecond === undefined ? undefined : `${Math.round(figures.framesPerSecond)} a second`,
    loss: figures.lossRatio === undefined ? undefined : `${(figures.lossRatio * 100).toFixed(1)} %`,
    trip: milliseconds(figures.roundTripMs),
    buffer: milliseconds(figures.bufferMs),
    codec: figures.codec,
    limit: limits[figures.limitedBy ?? ''],
  };
  for (const field of document.querySelectorAll('[data-figure]')) {
    const name = field.getAttribute('data-figure') ?? '';
    field.textContent = words[name] ?? '–';
  }
}

/** @param {number | undefined} bps */
function bitrate(bps) {
  if (bps === undefined) return undefined;
  return bps < 999_500 ? `${Math.round(bps / 1000)} kbit/s` : `${(bps / 1e6).toFixed(1)} Mbit/s`;
}

/** @param {number | undefined} ms */
function milliseconds(ms) {
  return ms === undefined ? undefined : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
