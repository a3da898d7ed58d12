// @ts-check
/** How a publisher sends: which codec, how much of it, and what gives way first. */

/** Enough for 720p at 30 frames a second, and what the uplink of a home carries. */
const VIDEO_LIMIT_BPS = 2_500_000;

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
    // A browser that takes no parameters before it is connected still sends, at its own limit.
    limit(transceiver.sender).catch(() => {});
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

/** @param {RTCRtpSender} sender */
async function limit(sender) {
  const parameters = sender.getParameters();
  // When the uplink or the processor is short, a little of both sharpness and smoothness goes.
  parameters.degradationPreference = 'balanced';
  for (const encoding of parameters.encodings) encoding.maxBitrate = VIDEO_LIMIT_BPS;
  await sender.setParameters(parameters);
}
