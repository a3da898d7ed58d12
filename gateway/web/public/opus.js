// @ts-check
/**
 * What browsers can do for sound but do not ask for by themselves: repeat lost Opus packets on request (NACK, RFC 4585
 * section 6.2.1), on top of Opus's own forward error correction (RFC 7587 section 6.1). There is no other interface for
 * it than the text of the description.
 */

/**
 * @param {string} sdp a local description, before it is set
 * @returns {string} the same with both asked for on each Opus payload type; untouched when there is no Opus
 */
export function withOpusRepair(sdp) {
  return opusPayloadTypes(sdp).reduce(withRepair, sdp);
}

/** Whether a remote description has NACK for Opus. @param {string} sdp */
export function offersOpusNack(sdp) {
  return opusPayloadTypes(sdp).some(payloadType => hasNack(sdp, payloadType));
}

/** @param {string} sdp */
function opusPayloadTypes(sdp) {
  return [...new Set([...sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gim)].map(match => match[1] ?? ''))];
}

/**
 * @param {string} sdp
 * @param {string} payloadType
 */
function hasNack(sdp, payloadType) {
  return new RegExp(`^a=rtcp-fb:${payloadType} nack\\s*$`, 'm').test(sdp);
}

/**
 * @param {string} sdp
 * @param {string} payloadType
 */
function withRepair(sdp, payloadType) {
  const format = new RegExp(`^a=fmtp:${payloadType} .*$`, 'm').exec(sdp)?.[0];
  const hasFec = format?.includes('useinbandfec=1') ?? false;
  const lines = [
    ...(hasNack(sdp, payloadType) ? [] : [`a=rtcp-fb:${payloadType} nack`]),
    ...(format === undefined ? [`a=fmtp:${payloadType} minptime=10;useinbandfec=1`] : []),
  ];
  const mapping = new RegExp(`^a=rtpmap:${payloadType} .*$`, 'm');
  const mapped = sdp.replace(mapping, line => [line, ...lines].join('\r\n'));
  return format === undefined || hasFec ? mapped : mapped.replace(format, `${format};useinbandfec=1`);
}
