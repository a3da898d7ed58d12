// @ts-check
/**
 * How much video a browser dares to send before it has measured the way. Chromium begins with 300 kbit/s and shrinks the
 * picture until that is enough; growing back takes it half a minute, whatever it measures meanwhile. It takes a better
 * guess from the description of the receiver only; other browsers pass over a parameter that they do not know.
 */

/** What goes to the receiver in the name of other formats, or repairs them, is no video codec of its own. */
const notEncoders = new Set(['rtx', 'red', 'ulpfec', 'flexfec-03']);

/**
 * @param {string} sdp a remote answer, before it is set
 * @param {number} bps more than zero
 * @returns {string} the same with the start bitrate on each video codec; untouched when there is no video
 */
export function withStartBitrate(sdp, bps) {
  const parameter = `x-google-start-bitrate=${Math.round(bps / 1000)}`;
  return sdp
    .split(/^(?=m=)/m)
    .map(section => (section.startsWith('m=video ') ? withParameter(section, parameter) : section))
    .join('');
}

/**
 * @param {string} section one media section
 * @param {string} parameter
 */
function withParameter(section, parameter) {
  const codecs = [...section.matchAll(/^a=rtpmap:(\d+) ([^/\s]+)/gm)];
  return codecs
    .filter(([, , name = '']) => !notEncoders.has(name.toLowerCase()))
    .reduce((text, [, payloadType = '']) => withFormat(text, payloadType, parameter), section);
}

/**
 * @param {string} section
 * @param {string} payloadType
 * @param {string} parameter
 */
function withFormat(section, payloadType, parameter) {
  const format = new RegExp(`^a=fmtp:${payloadType} [^\\r\\n]*`, 'm');
  if (format.test(section)) return section.replace(format, line => `${line};${parameter}`);
  const mapping = new RegExp(`^a=rtpmap:${payloadType} [^\\r\\n]*`, 'm');
  return section.replace(mapping, line => `${line}\r\na=fmtp:${payloadType} ${parameter}`);
}
