// @ts-check
/** What getStats says, as the few numbers that tell how a class is doing. */

/** @typedef {Record<string, any>} Entry one statistics object, as webrtc-stats defines them */
/** @typedef {Pick<Map<string, Entry>, 'get' | 'values'>} Report */

/**
 * @typedef {object} Figures
 * @property {number | undefined} [videoBps]
 * @property {number | undefined} [audioBps]
 * @property {number | undefined} [width]
 * @property {number | undefined} [height]
 * @property {number | undefined} [framesPerSecond]
 * @property {number | undefined} [lossRatio] 0 to 1, of video where there is video
 * @property {number | undefined} [roundTripMs]
 * @property {number | undefined} [bufferMs] how long the picture waits for late packets
 * @property {string | undefined} [codec]
 * @property {string | undefined} [limitedBy] what keeps the picture from being better: `none`, `cpu`, `bandwidth`,
 *   `limit` (the page's own) or `other`
 * @property {number} framesDecoded
 * @property {number} audioSamples
 */

/**
 * @param {Report} now
 * @param {Report} [before] an earlier report of the same connection
 * @param {number} [limitBps] what the page lets video take at most
 * @returns {Figures}
 */
export function publishFigures(now, before, limitBps = Infinity) {
  const video = find(now, 'outbound-rtp', 'video');
  const audio = find(now, 'outbound-rtp', 'audio');
  const heard = find(now, 'remote-inbound-rtp', 'video') ?? find(now, 'remote-inbound-rtp', 'audio');
  return {
    ...common(now, video, audio),
    videoBps: rateBps(video, before, 'bytesSent'),
    audioBps: rateBps(audio, before, 'bytesSent'),
    lossRatio: heard?.fractionLost,
    roundTripMs: milliseconds(heard?.roundTripTime ?? selectedPair(now)?.currentRoundTripTime),
    limitedBy: limitedBy(now, video, limitBps),
  };
}

/**
 * For browsers, whatever keeps the bitrate down is `bandwidth`. Where the network would carry all that the page allows,
 * it is not to blame.
 * @param {Report} now
 * @param {Entry | undefined} video
 * @param {number} limitBps
 */
function limitedBy(now, video, limitBps) {
  const reason = video?.qualityLimitationReason;
  const carriedBps = selectedPair(now)?.availableOutgoingBitrate ?? video?.targetBitrate;
  return reason === 'bandwidth' && carriedBps >= limitBps ? 'limit' : reason;
}

/**
 * @param {Report} now
 * @param {Report} [before]
 * @returns {Figures}
 */
export function watchFigures(now, before) {
  const video = find(now, 'inbound-rtp', 'video');
  const audio = find(now, 'inbound-rtp', 'audio');
  const shown = video?.framesDecoded > 0 ? video : (audio ?? video);
  const waited = difference(shown, before, 'jitterBufferDelay');
  const emitted = difference(shown, before, 'jitterBufferEmittedCount');
  return {
    ...common(now, video, audio),
    videoBps: rateBps(video, before, 'bytesReceived'),
    audioBps: rateBps(audio, before, 'bytesReceived'),
    lossRatio: lossRatio(shown, before),
    roundTripMs: milliseconds(selectedPair(now)?.currentRoundTripTime),
    bufferMs: emitted > 0 ? milliseconds(waited / emitted) : undefined,
  };
}

/**
 * @param {Report} now
 * @param {Entry | undefined} video
 * @param {Entry | undefined} audio
 */
function common(now, video, audio) {
  const codec = now.get((video ?? audio)?.codecId)?.mimeType;
  return {
    width: video?.frameWidth,
    height: video?.frameHeight,
    framesPerSecond: video?.framesPerSecond,
    codec: typeof codec === 'string' ? codec.split('/')[1] : undefined,
    framesDecoded: video?.framesDecoded ?? 0,
    audioSamples: audio?.totalSamplesReceived ?? 0,
  };
}

/**
 * @param {Report} report
 * @param {string} type
 * @param {string} kind
 * @returns {Entry | undefined}
 */
function find(report, type, kind) {
  return [...report.values()].find(entry => entry.type === type && entry.kind === kind);
}

/** @param {Report} report @returns {Entry | undefined} */
function selectedPair(report) {
  const entries = [...report.values()];
  const transport = entries.find(entry => entry.type === 'transport' && entry.selectedCandidatePairId);
  if (transport !== undefined) return report.get(transport.selectedCandidatePairId);
  return entries.find(entry => entry.type === 'candidate-pair' && entry.nominated);
}

/**
 * @param {Entry | undefined} entry
 * @param {Report | undefined} before
 * @param {string} name
 * @returns {number} how much a counter has grown; NaN when one of the two is missing
 */
function difference(entry, before, name) {
  return entry?.[name] - before?.get(entry?.id)?.[name];
}

/**
 * @param {Entry | undefined} entry
 * @param {Report | undefined} before
 * @param {string} name
 */
function rateBps(entry, before, name) {
  const rate = (difference(entry, before, name) * 8 * 1000) / difference(entry, before, 'timestamp');
  return Number.isFinite(rate) ? rate : undefined;
}

/**
 * @param {Entry | undefined} entry
 * @param {Report | undefined} before
 */
function lossRatio(entry, before) {
  // A retransmission that arrives late is taken back from the count, so it may shrink.
  const lost = Math.max(0, difference(entry, before, 'packetsLost'));
  const ratio = lost / (lost + difference(entry, before, 'packetsReceived'));
  return Number.isFinite(ratio) ? ratio : undefined;
}

/** @param {number | undefined} seconds */
function milliseconds(seconds) {
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}
