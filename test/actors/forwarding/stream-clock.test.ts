import test from 'ava';
import { Numbering } from '../../../actors/forwarding/numbering.ts';
import { CLOCK_RATES, StreamClock } from '../../../actors/forwarding/stream-clock.ts';
import { ntpFromWallMs } from '../../../transports/rtcp/ntp.ts';
import type { MediaKind } from '../../../transports/rtp/codec.ts';
import { Estimator } from './estimator.ts';

const kinds = ['audio', 'video'] as const;
const WALL_MS = 1_790_000_000_000;

/** A publisher as its packets and reports show it. */
interface Sender {
  /** Its clock, against the server's. */
  readonly clockMs: number;
  /** From capture to arrival. */
  readonly delayMs: Readonly<Record<MediaKind, number>>;
  readonly firstTimestamp: Readonly<Record<MediaKind, number>>;
  readonly reportEveryMs: Readonly<Record<MediaKind, number>>;
}

const browser: Sender = {
  clockMs: 0,
  delayMs: { audio: 30, video: 60 },
  firstTimestamp: { audio: 4_000_000_000, video: 4_294_000_000 },
  reportEveryMs: { audio: 5000, video: 1000 },
};

/** One viewer of a stream that sees every packet and report, on a network that delays nothing else. */
class Stage {
  readonly clock = new StreamClock();
  readonly numberings = { audio: numbering('audio'), video: numbering('video') };
  readonly viewer = { audio: new Estimator(), video: new Estimator() };
  #sender = browser;
  #beganAtMs = 0;
  nowMs = 0;

  /** The track's timestamp of what `sender` captured at `atMs`, in the order of its packets' arrival. */
  arrive(sender: Sender, kind: MediaKind, atMs: number): number {
    const timestamp = timestampOf(sender, kind, atMs);
    const numbered = this.numberings[kind].number(this.nowMs, sender, Math.floor(atMs), timestamp)!;
    return numbered.timestamp >>> 0;
  }

  begin(sender: Sender): void {
    this.clock.begin();
    this.#sender = sender;
    this.#beganAtMs = this.nowMs;
  }

  play(durationMs: number): void {
    const sender = this.#sender;
    const untilMs = this.nowMs + durationMs;
    for (; this.nowMs < untilMs; this.nowMs += 20) {
      for (const kind of kinds) {
        const capturedMs = this.nowMs - sender.delayMs[kind];
        this.arrive(sender, kind, capturedMs);
        const sinceMs = this.nowMs - this.#beganAtMs;
        if (sinceMs % sender.reportEveryMs[kind] !== sender.reportEveryMs[kind] / 2) continue;
        const ntp = ntpFromWallMs(WALL_MS + this.nowMs + sender.clockMs);
        const own = this.numberings[kind].timestampOf(sender, timestampOf(sender, kind, this.nowMs))!;
        const told = this.clock.take(this.nowMs, kind, ntp, own)!;
        this.viewer[kind].take(told.ntp, told.timestamp);
      }
    }
  }

  /** By how much a viewer plays the video too late against the audio. */
  outOfStepMs(): number {
    const sender = this.#sender;
    const [audio, video] = kinds.map(kind =>
      this.viewer[kind].ntpMsAt(this.arrive(sender, kind, this.nowMs - sender.delayMs[kind])),
    );
    const capturedApart = sender.delayMs.audio - sender.delayMs.video;
    return video! - audio! - capturedApart;
  }
}

function numbering(kind: MediaKind): Numbering {
  return new Numbering(CLOCK_RATES[kind], { sequenceNumber: 0, timestamp: 2 ** 32 - 1000, atMs: 0 });
}

function timestampOf(sender: Sender, kind: MediaKind, atMs: number): number {
  return sender.firstTimestamp[kind] + Math.round((atMs * CLOCK_RATES[kind]) / 1000);
}

test('the first publisher’s clock is passed on as it is', t => {
  const clock = new StreamClock();
  const ntp = ntpFromWallMs(WALL_MS);
  t.deepEqual(clock.take(0, 'audio', ntp, 2 ** 32 + 5), { ntp, timestamp: 5 });
  t.deepEqual(clock.told('audio'), { ntp, timestamp: 5 });
  t.is(clock.told('video'), undefined);
});

test('who joins after a change of publisher hears nothing of the one before', t => {
  const clock = new StreamClock();
  clock.take(0, 'audio', ntpFromWallMs(WALL_MS), 5);
  clock.take(0, 'video', ntpFromWallMs(WALL_MS), 9);
  clock.begin();
  t.is(clock.told('audio'), undefined);
  t.is(clock.told('video'), undefined);
});

test('a sender without a clock tells none', t => {
  const clock = new StreamClock();
  t.is(clock.take(0, 'audio', { seconds: 0, fraction: 0 }, 5), undefined);
  t.is(clock.told('audio'), undefined);
});

const day = 86_400_000;
for (const clockMs of [0, 40, -40, 5000, -5000, day, -day, 40 * 365 * day]) {
  test(`a viewer keeps audio and video in step when a publisher takes over whose clock is off by ${clockMs} ms`, t => {
    const stage = new Stage();
    stage.play(150_000);
    t.true(Math.abs(stage.outOfStepMs()) < 1, `before: ${stage.outOfStepMs()} ms`);

    const next: Sender = {
      clockMs,
      delayMs: { audio: 25, video: 95 },
      firstTimestamp: { audio: 77, video: 2_000_000_000 },
      reportEveryMs: { audio: 5000, video: 1000 },
    };
    stage.begin(next);
    // What the two take from capture to arrival differs by 40 ms: by no more does the fit of the lines go astray.
    for (let step = 0; step < 75; step += 1) {
      stage.play(2000);
      t.true(Math.abs(stage.outOfStepMs()) < 45, `${step * 2} s after: ${stage.outOfStepMs()} ms`);
    }
    t.true(Math.abs(stage.outOfStepMs()) < 1, `in the end: ${stage.outOfStepMs()} ms`);
    for (const kind of kinds) t.is(stage.viewer[kind].refused, 0, kind);
  });
}
