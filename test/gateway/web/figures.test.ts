import test from 'ava';

type Report = Map<string, object>;
type FiguresOf = (now: Report, before?: Report, limitBps?: number) => Record<string, unknown>;
const module = new URL('../../../gateway/web/public/figures.js', import.meta.url);
const { publishFigures, watchFigures }: Record<'publishFigures' | 'watchFigures', FiguresOf> = await import(
  module.href
);

function report(...entries: { id: string; [name: string]: unknown }[]): Report {
  return new Map(entries.map(entry => [entry.id, entry]));
}

const route = [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
  { id: 'P1', type: 'candidate-pair', nominated: true, currentRoundTripTime: 9 },
  { id: 'P2', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.02 },
  { id: 'C', type: 'codec', mimeType: 'video/VP9' },
];

test('a viewer sees the rates, loss and buffering of the last second, not of the whole class', t => {
  const video = { id: 'V', type: 'inbound-rtp', kind: 'video', codecId: 'C' };
  const before = report(...route, {
    ...video,
    timestamp: 1000,
    bytesReceived: 1_000_000,
    packetsReceived: 5000,
    packetsLost: 400,
    jitterBufferDelay: 50,
    jitterBufferEmittedCount: 1000,
    framesDecoded: 1000,
  });
  const now = report(...route, {
    ...video,
    timestamp: 3000,
    bytesReceived: 1_500_000,
    packetsReceived: 5090,
    packetsLost: 410,
    jitterBufferDelay: 52.5,
    jitterBufferEmittedCount: 1050,
    framesDecoded: 1050,
    framesPerSecond: 25,
    frameWidth: 1280,
    frameHeight: 720,
  });
  t.deepEqual(watchFigures(now, before), {
    videoBps: 2_000_000,
    audioBps: undefined,
    lossRatio: 0.1,
    bufferMs: 50,
    roundTripMs: 20,
    codec: 'VP9',
    width: 1280,
    height: 720,
    framesPerSecond: 25,
    framesDecoded: 1050,
    audioSamples: 0,
  });
});

test('loss that is taken back, as retransmissions come in, is no negative loss', t => {
  const video = { id: 'V', type: 'inbound-rtp', kind: 'video', framesDecoded: 1 };
  const before = report({ ...video, timestamp: 0, packetsReceived: 100, packetsLost: 5 });
  const now = report({ ...video, timestamp: 1000, packetsReceived: 200, packetsLost: 3 });
  t.is(watchFigures(now, before).lossRatio, 0);
});

test('a publisher sees what the server reports back', t => {
  const video = { id: 'V', type: 'outbound-rtp', kind: 'video', codecId: 'C' };
  const audio = { id: 'A', type: 'outbound-rtp', kind: 'audio' };
  const before = report({ ...video, timestamp: 0, bytesSent: 0 }, { ...audio, timestamp: 0, bytesSent: 0 });
  const now = report(
    ...route,
    { ...video, timestamp: 1000, bytesSent: 250_000, qualityLimitationReason: 'cpu' },
    { ...audio, timestamp: 1000, bytesSent: 4000 },
    { id: 'R', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.02, roundTripTime: 0.045 },
  );
  const figures = publishFigures(now, before);
  t.is(figures.videoBps, 2_000_000);
  t.is(figures.audioBps, 32_000);
  t.is(figures.lossRatio, 0.02);
  t.is(figures.roundTripMs, 45);
  t.is(figures.limitedBy, 'cpu');
});

const cap = 2_500_000;
const reasons = [
  { says: 'bandwidth', carries: 900_000, means: 'bandwidth' },
  { says: 'bandwidth', carries: 2_600_000, means: 'limit' },
  { says: 'cpu', carries: 2_600_000, means: 'cpu' },
  { says: 'none', carries: 2_600_000, means: 'none' },
] as const;

for (const { says, carries, means } of reasons) {
  test(`a browser that blames ${says} while the network carries ${carries} bit/s is limited by: ${means}`, t => {
    const video = { id: 'V', type: 'outbound-rtp', kind: 'video', qualityLimitationReason: says };
    const pair = { id: 'P', type: 'candidate-pair', nominated: true, availableOutgoingBitrate: carries };
    t.is(publishFigures(report(video, pair), undefined, cap).limitedBy, means);
    const ofOldBrowsers = report(
      { ...video, targetBitrate: carries },
      { ...pair, availableOutgoingBitrate: undefined },
    );
    t.is(publishFigures(ofOldBrowsers, undefined, cap).limitedBy, means);
  });
}

test('the first report has counts but no rates', t => {
  const video = {
    id: 'V',
    type: 'inbound-rtp',
    kind: 'video',
    timestamp: 1,
    bytesReceived: 9,
    framesDecoded: 2,
  };
  const { videoBps, framesDecoded } = watchFigures(report(video));
  t.deepEqual([videoBps, framesDecoded], [undefined, 2]);
  t.is(watchFigures(report()).audioSamples, 0);
});
