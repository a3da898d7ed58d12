// @ts-check
/** How a publisher sends: which codec, how much of it, and what gives way first. */

/** Enough for 720p at 30 frames a second, and what the uplink of a home carries. */
export const VIDEO_LIMIT_BPS = 2_500_000;

/**
 * How long sharpness is not to give way. The first frames of all are coarse, whatever the network carries; a browser that
 * may take a smaller picture does so at once, and comes back from it many seconds later.
 */
const SETTLING_MS = 5000;

/**
 * A connection that sends the tracks of `media` and receives nothing.
 * @param {MediaStream} media
 * @param {string} codec which video codec to put first: h264, vp8, vp9 or av1; empty for the browser's own order
 */
export function sendingPeer(media, codec) {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  for (const track of media.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [media] });
    if (track.kind !== 'video') continue;
    preferCodec(transceiver, codec);
    limit(transceiver.sender, 'maintain-resolution');
    // When the uplink or the processor stays short, a little of both sharpness and smoothness goes.
    afterSettling(peer, () => limit(transceiver.sender, 'balanced'));
  }
  return peer;
}

/**
 * @param {RTCRtpTransceiver} transceiver
 * @param {string} codec
 */
function preferCodec(transceiver, codec) {
  const all = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  const isPreferred = (/** @type {RTCRtpCodec} */ { mimeType }) =>
    mimeType.toLowerCase() === `video/${codec}`;
  if (codec === '' || !all.some(isPreferred)) return;
  transceiver.setCodecPreferences([...all.filter(isPreferred), ...all.filter(one => !isPreferred(one))]);
}

/**
 * @param {RTCRtpSender} sender
 * @param {RTCDegradationPreference} preference
 */
function limit(sender, preference) {
  const parameters = sender.getParameters();
  parameters.degradationPreference = preference;
  for (const encoding of parameters.encodings) encoding.maxBitrate = VIDEO_LIMIT_BPS;
  // A browser that takes no parameters before it is connected still sends, at its own limit; one that is closed sends
  // nothing.
  sender.setParameters(parameters).catch(() => {});
}

/**
 * @param {RTCPeerConnection} peer
 * @param {() => void} act called once, some time after the first frames
 */
function afterSettling(peer, act) {
  const look = () => {
    if (peer.connectionState !== 'connected') return;
    peer.removeEventListener('connectionstatechange', look);
    setTimeout(() => {
      if (peer.connectionState !== 'closed') act();
    }, SETTLING_MS);
  };
  peer.addEventListener('connectionstatechange', look);
}
