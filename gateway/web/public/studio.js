// @ts-check
/** Camera and microphone on the publish page: preview, device choice and mute, before and while live. */
import { CaptureError, capture, captureDevice, devices } from './camera.js';
import { element } from './show.js';

/** @typedef {'audio' | 'video'} Kind */

/** @type {readonly Kind[]} */
const kinds = ['video', 'audio'];

/** @type {Record<Kind, { on: string, off: string, lost: string, choice: string }>} */
const words = {
  audio: {
    on: 'Mute microphone',
    off: 'Unmute microphone',
    lost: 'The microphone was disconnected',
    choice: 'Microphone',
  },
  video: {
    on: 'Turn camera off',
    off: 'Turn camera on',
    lost: 'The camera was disconnected',
    choice: 'Camera',
  },
};

/** @param {(problem: { title: string, detail: string }) => void} onProblem */
export function openStudio(onProblem) {
  const preview = element('preview', HTMLVideoElement);
  const stageWords = element('stage-words', HTMLElement);
  let media = new MediaStream();
  /** @type {RTCPeerConnection | undefined} */
  let peer;
  /** What the user has turned off stays off, whichever device comes next. @type {Record<Kind, boolean>} */
  const isOff = { audio: false, video: false };

  for (const kind of kinds) {
    switchOf(kind).addEventListener('click', () => {
      isOff[kind] = !isOff[kind];
      show();
    });
    selectOf(kind).addEventListener('change', () => void choose(kind).catch(complain));
  }
  // Insecure pages have no devices to hear of.
  navigator.mediaDevices?.addEventListener('devicechange', () => void list());

  return {
    media: () => media,
    /** @param {RTCPeerConnection | undefined} next the connection whose tracks change with the devices */
    sendTo(next) {
      peer = next;
      // A device may have been exchanged while the connection was under way.
      void exchange();
    },
    /** Asks for camera and microphone. @returns {Promise<boolean>} whether there is something to publish */
    async open() {
      try {
        const captured = await capture();
        for (const track of media.getTracks()) track.stop();
        media = captured;
      } catch (error) {
        complain(error);
        return media.getTracks().some(track => track.readyState === 'live');
      }
      preview.srcObject = media;
      media.getTracks().forEach(hearLoss);
      await exchange();
      await list();
      show();
      return true;
    },
  };

  /** @param {Kind} kind */
  function trackOf(kind) {
    return media.getTracks().find(track => track.kind === kind);
  }

  async function exchange() {
    for (const { sender } of peer?.getTransceivers() ?? []) {
      const track = media.getTracks().find(one => one.kind === sender.track?.kind);
      if (track !== undefined && track !== sender.track) await sender.replaceTrack(track);
    }
  }

  /** @param {Kind} kind */
  async function choose(kind) {
    const old = trackOf(kind);
    const deviceId = selectOf(kind).value;
    const track = await captureDevice(kind, deviceId).catch(() => {
      // Phones open one camera at a time: let the first go, then ask again.
      old?.stop();
      return captureDevice(kind, deviceId);
    });
    old?.stop();
    if (old !== undefined) media.removeTrack(old);
    media.addTrack(track);
    hearLoss(track);
    show();
    await exchange();
  }

  /** @param {MediaStreamTrack} track */
  function hearLoss(track) {
    const { lost } = words[/** @type {Kind} */ (track.kind)];
    track.addEventListener('ended', () =>
      onProblem({ title: lost, detail: 'Plug it in again, or choose another one.' }),
    );
  }

  async function list() {
    for (const kind of kinds) {
      const select = selectOf(kind);
      const found = trackOf(kind) === undefined ? [] : await devices(kind);
      const current = trackOf(kind)?.getSettings().deviceId;
      const options = found.map(
        ({ label, deviceId }, index) =>
          new Option(label || `${words[kind].choice} ${index + 1}`, deviceId, false, deviceId === current),
      );
      select.replaceChildren(...(options.length > 0 ? options : [new Option('None found', '')]));
      select.disabled = options.length === 0;
    }
  }

  function show() {
    for (const kind of kinds) {
      const track = trackOf(kind);
      const button = switchOf(kind);
      if (track !== undefined) track.enabled = !isOff[kind];
      button.disabled = track === undefined;
      button.textContent = isOff[kind] ? words[kind].off : words[kind].on;
      button.dataset.off = String(isOff[kind]);
    }
    const noPicture = trackOf('video') === undefined ? 'Sound only' : 'Camera off';
    stageWords.hidden = trackOf('video') !== undefined && !isOff.video;
    stageWords.textContent = stageWords.hidden ? '' : noPicture;
  }

  /** @param {unknown} error */
  function complain(error) {
    if (error instanceof CaptureError) onProblem({ title: error.title, detail: error.detail });
    else onProblem({ title: 'The camera or microphone does not start', detail: String(error) });
  }
}

/** @param {Kind} kind */
function switchOf(kind) {
  return element(`${kind}-switch`, HTMLButtonElement);
}

/** @param {Kind} kind */
function selectOf(kind) {
  return element(`${kind}-device`, HTMLSelectElement);
}
