import test from 'ava';
import fc from 'fast-check';
import { SpeakerActivity } from '../../../actors/forwarding/speaker-activity.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';

const unitsPerMs = 48;
const random = seededRandom('speakers');
const about = (levelDbov: number, byDb: number) => Math.round(levelDbov + (random.unit() * 2 - 1) * byDb);

/** When the client sets its voice flag: as its detector says, or not at all, or always. */
type VoiceFlag = 'as detected' | 'never' | 'always';
const voiceFlags: readonly VoiceFlag[] = ['as detected', 'never', 'always'];

/** A microphone whose packets arrive as they are sent, and what is heard of it. */
class Microphone {
  readonly activity = new SpeakerActivity();
  /** The times at which it changed between speaking and not, in ms since the beginning. */
  readonly changes: number[] = [];
  readonly packetMs: number;
  readonly #flag: VoiceFlag;
  readonly #beganMs: number;
  #timestamp: number;
  nowMs: number;

  constructor({ flag = 'never' as VoiceFlag, packetMs = 20, timestamp = 0, nowMs = 1e6 } = {}) {
    this.#flag = flag;
    this.packetMs = packetMs;
    this.#timestamp = timestamp;
    this.#beganMs = nowMs;
    this.nowMs = nowMs;
  }

  hear(durationMs: number, levelDbov: () => number, isVoice = false): void {
    for (let left = durationMs; left > 0; left -= this.packetMs) {
      const voice = this.#flag === 'always' || (this.#flag === 'as detected' && isVoice);
      const level = Math.max(-127, Math.min(0, levelDbov()));
      this.activity.receive(this.nowMs, this.#timestamp, voice, level);
      this.#note();
      this.pause(this.packetMs);
    }
  }

  /** Time passes without packets, while the client's clock goes on. */
  pause(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const deadline = this.activity.deadline();
      if (deadline === undefined || deadline.atMs >= endMs) break;
      this.nowMs = deadline.atMs;
      this.activity.advance(this.nowMs);
      this.#note();
    }
    this.nowMs = endMs;
    this.#timestamp = (this.#timestamp + durationMs * unitsPerMs) % 2 ** 32;
  }

  noise(durationMs: number, levelDbov = -55): void {
    this.hear(durationMs, () => about(levelDbov, 3));
  }

  /** Syllables with short dips between them, and a pause after each word. */
  speak(words: number, pauseMs: number, noiseDbov = -55): void {
    for (let word = 0; word < words; word += 1) {
      for (let syllable = 0; syllable < 1 + (word % 3); syllable += 1) {
        this.hear(160, () => about(-25, 7), true);
        this.hear(60, () => about(-44, 4), true);
      }
      this.hear(pauseMs, () => about(noiseDbov, 3));
    }
  }

  #note(): void {
    if (this.activity.takeChange()) this.changes.push(this.nowMs - this.#beganMs);
  }
}

for (const flag of voiceFlags) {
  test(`with the voice flag set ${flag}, speech with pauses between words begins once and ends once`, t => {
    const microphone = new Microphone({ flag });
    microphone.noise(3000);
    microphone.speak(30, 300);
    const endedMs = microphone.nowMs - 1e6;
    microphone.noise(3000);
    t.is(microphone.changes.length, 2, String(microphone.changes));
    const [began, ended] = microphone.changes as [number, number];
    t.true(began >= 3000 && began <= 3600, `began at ${began}`);
    t.true(ended >= endedMs - 300 && ended <= endedMs + 900, `ended at ${ended}, speech at ${endedMs}`);
  });

  test(`with the voice flag set ${flag}, a cough of 60 ms does not count, nor one a second`, t => {
    const microphone = new Microphone({ flag });
    microphone.noise(3000);
    for (let coughs = 0; coughs < 20; coughs += 1) {
      microphone.hear(60, () => -8, true);
      microphone.noise(940);
    }
    t.deepEqual(microphone.changes, []);
  });

  test(`with the voice flag set ${flag}, noise does not count, in a quiet room or in a train`, t => {
    for (const levelDbov of [-80, -60, -45, -35]) {
      const microphone = new Microphone({ flag });
      microphone.noise(60_000, levelDbov);
      t.deepEqual(microphone.changes, [], `${levelDbov} dBov`);
    }
  });
}

test('speech is heard in a loud room, and its end too', t => {
  const microphone = new Microphone();
  microphone.noise(3000, -42);
  microphone.hear(1000, () => about(-20, 5));
  t.true(microphone.activity.isSpeaking);
  microphone.noise(3000, -42);
  t.is(microphone.changes.length, 2, String(microphone.changes));
});

test('noise that begins is taken for a voice no longer than it takes to know it', t => {
  const microphone = new Microphone();
  microphone.noise(5000, -70);
  microphone.noise(60_000, -48);
  t.true(microphone.changes.length <= 2, String(microphone.changes));
  t.false(microphone.activity.isSpeaking);
  if (microphone.changes.length > 0) t.true(microphone.changes[1]! < 5000 + 3500, String(microphone.changes));
});

test('a speaker whose packets stop has stopped, and is silent a second later', t => {
  const microphone = new Microphone();
  microphone.noise(1000);
  microphone.speak(5, 200);
  microphone.hear(200, () => -20);
  t.true(microphone.activity.isSpeaking);
  t.true(microphone.activity.levelDbov > -30);
  const stoppedMs = microphone.nowMs - 1e6;
  microphone.pause(5000);
  t.is(microphone.changes.length, 2);
  t.true(microphone.changes[1]! > stoppedMs && microphone.changes[1]! <= stoppedMs + 900);
  t.is(microphone.activity.levelDbov, -127);
  t.is(microphone.activity.deadline(), undefined);
});

test('the level stays between the packets of discontinuous transmission', t => {
  const microphone = new Microphone();
  microphone.hear(1000, () => -60);
  for (let packets = 0; packets < 10; packets += 1) {
    microphone.pause(380);
    t.true(microphone.activity.levelDbov > -65, String(microphone.activity.levelDbov));
    microphone.hear(20, () => -60);
  }
});

test('discontinuous transmission between words does not flap', t => {
  const microphone = new Microphone();
  microphone.noise(1000);
  for (let words = 0; words < 20; words += 1) {
    microphone.hear(400, () => about(-25, 5));
    microphone.hear(60, () => -60);
    microphone.pause(340);
  }
  t.is(microphone.changes.length, 1, String(microphone.changes));
});

test('the level follows a voice within a tenth of a second, and falls more slowly', t => {
  const microphone = new Microphone();
  microphone.hear(500, () => -60);
  t.true(Math.abs(microphone.activity.levelDbov + 60) < 3);
  microphone.hear(100, () => -20);
  t.true(microphone.activity.levelDbov > -30, String(microphone.activity.levelDbov));
  microphone.hear(100, () => -60);
  t.true(microphone.activity.levelDbov > -40, String(microphone.activity.levelDbov));
  microphone.hear(1500, () => -60);
  t.true(microphone.activity.levelDbov < -58);
});

test('is the same wherever timestamps and time begin, and for packets of 10 to 60 ms', t => {
  for (const timestamp of [0, 2 ** 31 - 48_000, 2 ** 32 - 48_000, 2 ** 32 - 1]) {
    for (const nowMs of [0, 0.25, 2 ** 31, 1e12]) {
      for (const packetMs of [10, 20, 40, 60]) {
        const microphone = new Microphone({ timestamp, nowMs, packetMs });
        microphone.hear(1800, () => -60);
        microphone.hear(600, () => -25);
        microphone.hear(2400, () => -60);
        const [began, ended] = microphone.changes as [number, number];
        t.is(microphone.changes.length, 2);
        t.true(began >= 1900 && began <= 1980, `began at ${began}`);
        t.true(ended >= 2400 && ended <= 3320, `ended at ${ended}`);
      }
    }
  }
});

test('packets that come late or twice do not count', t => {
  const activity = new SpeakerActivity();
  for (let count = 0; count < 50; count += 1) activity.receive(count * 20, count * 960, false, -60);
  for (let count = 0; count < 50; count += 1) activity.receive(1000, 49 * 960 - count * 960, false, -10);
  t.false(activity.isSpeaking);
  t.true(activity.levelDbov < -55);
});

test('timestamps that begin anew, forward or back, take nothing away', t => {
  for (const jump of [1e9, -1e9]) {
    const microphone = new Microphone();
    microphone.hear(1000, () => -60);
    microphone.hear(400, () => -20);
    t.true(microphone.activity.isSpeaking);
    const { activity } = microphone;
    for (let count = 0; count < 10; count += 1) {
      activity.receive(microphone.nowMs + count * 20, jump + count * 960, false, -20);
      t.true(activity.isSpeaking);
    }
  }
});

test('a restart is silence, and a change when somebody was speaking', t => {
  const microphone = new Microphone();
  microphone.hear(1000, () => -60);
  microphone.hear(400, () => -20);
  t.deepEqual(microphone.changes.length, 1);
  microphone.activity.restart();
  t.true(microphone.activity.takeChange());
  t.false(microphone.activity.takeChange());
  t.is(microphone.activity.levelDbov, -127);
});

test('a change and back is no change', t => {
  const microphone = new Microphone();
  const { activity } = microphone;
  for (let count = 0; count < 50; count += 1) activity.receive(count * 20, count * 960, false, -60);
  for (let count = 50; count < 70; count += 1) activity.receive(count * 20, count * 960, false, -20);
  t.true(activity.isSpeaking);
  activity.advance(3000);
  t.false(activity.isSpeaking);
  t.false(activity.takeChange());
});

test('whatever comes, a deadline that is kept leads to silence, and the level stays in its range', t => {
  const packet = fc.record({
    gapMs: fc.oneof(fc.constant(20), fc.double({ min: 0, max: 3000, noNaN: true })),
    units: fc.oneof(fc.constant(960), fc.integer({ min: -(2 ** 31), max: 2 ** 31 })),
    voice: fc.boolean(),
    levelDbov: fc.integer({ min: -127, max: 0 }),
  });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 100 }), packets => {
      const activity = new SpeakerActivity();
      let nowMs = 0.1;
      let timestamp = 0;
      for (const { gapMs, units, voice, levelDbov } of packets) {
        nowMs += gapMs;
        timestamp = (timestamp + units) >>> 0;
        activity.receive(nowMs, timestamp, voice, levelDbov);
        if (!(activity.levelDbov >= -127 && activity.levelDbov <= 0)) return false;
      }
      for (let calls = 0; calls < 2; calls += 1) {
        const deadline = activity.deadline();
        if (deadline !== undefined) activity.advance(deadline.atMs);
      }
      return activity.deadline() === undefined && !activity.isSpeaking;
    }),
  );
  t.pass();
});
