// @ts-check
/** Sound on the watch page: tried at once, and asked for with a button where the browser wants a click first. */
import { element } from './show.js';

/** @param {HTMLVideoElement} video */
export function prepareSound(video) {
  const wanted = element('sound-wanted', HTMLButtonElement);
  const toggle = element('sound', HTMLButtonElement);
  /** Whether the user has chosen silence; then sound is not tried again. */
  let silenced = false;

  const show = () => {
    toggle.textContent = video.muted ? 'Turn sound on' : 'Mute sound';
    toggle.dataset.off = String(video.muted && silenced);
    wanted.hidden = !video.muted || silenced || video.srcObject === null;
    toggle.hidden = !wanted.hidden;
  };
  const playMuted = async () => {
    video.muted = true;
    // A refusal here means that newer media took the place of these; they start a play of their own.
    await video.play().catch(() => {});
  };
  const play = async () => {
    video.muted = silenced;
    await video.play().catch(playMuted);
    show();
  };
  const turn = async (/** @type {boolean} */ on) => {
    silenced = !on;
    await play();
  };
  wanted.addEventListener('click', async () => {
    await turn(true);
    // The button that was pressed is gone; the keyboard goes on at the one that took its place.
    toggle.focus();
  });
  toggle.addEventListener('click', () => turn(video.muted));
  video.addEventListener('volumechange', show);
  show();
  return { play };
}
