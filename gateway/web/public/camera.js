// @ts-check
/** Camera and microphone: asking for them, choosing among them, and saying in words why there are none. */

/** What a class needs: sharp enough for a board, within the bitrate of an ordinary uplink. */
const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** Why there is no picture or sound, and what to do about it. */
export class CaptureError extends Error {
  /**
   * @param {string} title
   * @param {string} detail
   */
  constructor(title, detail) {
    super(title);
    this.name = 'CaptureError';
    this.title = title;
    this.detail = detail;
  }
}

/**
 * Camera and microphone; one of them alone where the other does not exist.
 * @returns {Promise<MediaStream>}
 * @throws {CaptureError}
 */
export async function capture() {
  if (!isSecureContext || navigator.mediaDevices === undefined) throw insecure();
  try {
    return await navigator.mediaDevices.getUserMedia({ video: picture, audio: true });
  } catch (error) {
    if (nameOf(error) !== 'NotFoundError') throw inWords(error);
  }
  for (const wish of [{ audio: true }, { video: picture }]) {
    const media = await navigator.mediaDevices.getUserMedia(wish).catch(() => undefined);
    if (media !== undefined) return media;
  }
  throw inWords(new DOMException('', 'NotFoundError'));
}

/**
 * One certain device.
 * @param {'audio' | 'video'} kind
 * @param {string} deviceId
 * @returns {Promise<MediaStreamTrack>}
 * @throws {CaptureError}
 */
export async function captureDevice(kind, deviceId) {
  const wish =
    kind === 'video' ? { ...picture, deviceId: { exact: deviceId } } : { deviceId: { exact: deviceId } };
  try {
    const media = await navigator.mediaDevices.getUserMedia({ [kind]: wish });
    return /** @type {MediaStreamTrack} */ (media.getTracks()[0]);
  } catch (error) {
    throw inWords(error);
  }
}

/** @param {'audio' | 'video'} kind @returns {Promise<MediaDeviceInfo[]>} */
export async function devices(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter(device => device.kind === `${kind}input` && device.deviceId !== '');
}

function insecure() {
  const here = new URL(location.href);
  here.protocol = 'http:';
  here.hostname = 'localhost';
  return new CaptureError(
    'This page may not use the camera',
    'Browsers give camera and microphone only to pages that came over HTTPS or from this very computer. ' +
      `Start zrtc with --tls, or open ${here.origin}${here.pathname} on the computer that runs it.`,
  );
}

/** @param {unknown} error */
function inWords(error) {
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return new CaptureError(
        'Camera and microphone are not allowed',
        'Allow them for this page with the sign beside the address, and in the system’s settings; then try again.',
      );
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new CaptureError('No camera or microphone was found', 'Plug one in, then try again.');
    case 'NotReadableError':
    case 'AbortError':
      return new CaptureError(
        'The camera or microphone does not start',
        'Another program may be using it: close that, then try again.',
      );
    default:
      return new CaptureError('The camera or microphone does not start', String(error));
  }
}

/** @param {unknown} error */
function nameOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
