/**
 * The teachers and students of a soak, all in one process that it starts: classes begin and end, students come and go, and
 * what they have to see and hear is measured. Ends with the soak.
 */
import { systemClock } from '../../transports/clock.ts';
import { makeCertificate } from '../../transports/dtls/certificate.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { pause, waited } from '../bench/child.ts';
import { nextWord } from '../bench/child-events.ts';
import type { DelayFigures } from '../delay-distribution.ts';
import { between } from '../draws.ts';
import { openSignalling } from '../load/signalling.socket.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import type { Stall } from './interruptions.ts';
import { type MinuteFigures, Minutes } from './minutes.ts';
import { RealPage, type RealPageOptions } from './real-page.ts';
import { type Gap, Watching } from './watching.ts';

/** What the soak tells the process first; the second thing, whatever it is, ends the classes. */
export interface SoakClientsOptions {
  readonly url: string;
  readonly seed: number;
  /** Beginning of the first minute, by the clock that all processes of a machine share. */
  readonly startMs: number;
  readonly classrooms: number;
  /** Students at a time in each. */
  readonly students: number;
  readonly kbps: number;
}

export interface SoakClientsDone {
  readonly kind: 'done';
  readonly gaps: readonly Gap[];
  readonly stalls: readonly Stall[];
  readonly minutes: readonly MinuteFigures[];
  /** Of the whole run. */
  readonly delays: Readonly<Record<MediaKind, DelayFigures>>;
  readonly classes: number;
  readonly viewers: number;
  /** Sessions that had been up and were lost, and made anew. */
  readonly reconnects: number;
  readonly joinMs: readonly number[];
}

export type SoakClientsEvent =
  /** Every first class has begun. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'minute'; readonly figures: MinuteFigures }
  | SoakClientsDone
  | { readonly kind: 'error'; readonly error: string };

/** A lesson in quick motion, so that an hour has dozens of them. */
const CLASS_MS = [240_000, 600_000] as const;
const STAY_MS = [60_000, 300_000] as const;
/** Between one class and the next, and between one student and who comes in the other's place. */
const BREAK_MS = [1_000, 5_000] as const;
/** Who teaches is there before who learns, or late. */
const TEACHER_FIRST_MS = 1_000;
const TEACHER_LIMIT_MS = 10_000;
/** The clients look at their own clock so often; what they are later than this by, they saw nothing of. */
const BEAT_MS = 50;
const STALL_MIN_MS = 200;
const TELL_MINUTE_MS = 60_000;

/** What all pages have the same. */
type CommonOptions = Pick<RealPageOptions, 'clock' | 'certificate' | 'url' | 'signalling' | 'kbps'>;

class Clients {
  readonly #options: SoakClientsOptions;
  readonly #common: CommonOptions;
  readonly #random: SeededRandom;
  readonly #leaving = new AbortController();
  readonly minutes: Minutes;
  readonly gaps: Gap[] = [];
  readonly stalls: Stall[] = [];
  classes = 0;
  viewers = 0;
  reconnects = 0;

  constructor(options: SoakClientsOptions, common: CommonOptions) {
    this.#options = options;
    this.#common = common;
    this.#random = seededRandom(options.seed).fork('clients');
    this.minutes = new Minutes(options.startMs);
  }

  end(): void {
    this.#leaving.abort();
  }

  /** Class after class in each room, until the end. */
  async run(): Promise<void> {
    const rooms = Array.from({ length: this.#options.classrooms }, (_, room) => this.#room(room));
    await Promise.all(rooms);
  }

  /** Notes when this process itself stands still. */
  async watchClock(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      const dueMs = systemClock.nowMs() + BEAT_MS;
      await pause(BEAT_MS);
      const nowMs = systemClock.nowMs();
      this.minutes.addLate(nowMs, nowMs - dueMs);
      if (nowMs - dueMs > STALL_MIN_MS) this.stalls.push({ fromMs: dueMs, toMs: nowMs });
    }
  }

  async #room(room: number): Promise<void> {
    const random = this.#random.fork(`room ${room}`);
    for (let lesson = 0; !this.#leaving.signal.aborted; lesson += 1) {
      this.classes += 1;
      const stream = `room-${room}-${lesson}`;
      const inClass = random.fork(stream);
      const teacher = new RealPage({ ...this.#common, random: inClass, stream, uid: stream });
      teacher.open();
      await this.#until(() => teacher.isConnected, TEACHER_LIMIT_MS);
      await this.#wait(TEACHER_FIRST_MS);
      const over = new AbortController();
      const seats = Array.from({ length: this.#options.students }, (_, seat) =>
        this.#seat(stream, seat, inClass.fork(`seat ${seat}`), over.signal),
      );
      await this.#wait(between(random, ...CLASS_MS));
      over.abort();
      await Promise.all(seats);
      await teacher.close();
      this.reconnects += teacher.reconnects;
      await this.#wait(between(random, ...BREAK_MS));
    }
  }

  /** One student after another, until the class is over. */
  async #seat(stream: string, seat: number, random: SeededRandom, over: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([over, this.#leaving.signal]);
    for (let turn = 0; !signal.aborted; turn += 1) {
      this.viewers += 1;
      const viewer = `${stream}, seat ${seat}, student ${turn}`;
      const watching = new Watching(viewer, this.minutes, () => systemClock.nowMs());
      const page = new RealPage({ ...this.#common, random, stream, uid: viewer, watching });
      page.open();
      await waited(between(random, ...STAY_MS), signal);
      this.gaps.push(...watching.gaps(systemClock.nowMs()));
      await page.close();
      this.reconnects += page.reconnects;
      await waited(between(random, ...BREAK_MS), signal);
    }
  }

  async #until(isTrue: () => boolean, limitMs: number): Promise<void> {
    const limitAtMs = systemClock.nowMs() + limitMs;
    while (!isTrue() && systemClock.nowMs() < limitAtMs && !this.#leaving.signal.aborted)
      await this.#wait(BEAT_MS);
  }

  /** Until then, or until it is over. */
  #wait(durationMs: number): Promise<boolean> {
    return waited(durationMs, this.#leaving.signal);
  }
}

async function run(options: SoakClientsOptions): Promise<void> {
  const signalling = openSignalling(options.url);
  const certificate = await makeCertificate(systemClock.wallMs());
  const { url, kbps } = options;
  const clients = new Clients(options, { clock: systemClock, certificate, url, signalling, kbps });
  const told = nextWord<unknown>();
  const telling = async () => {
    for (let minute = 0; ; minute += 1) {
      await pause(options.startMs + (minute + 1) * TELL_MINUTE_MS - systemClock.nowMs());
      const figures = clients.minutes.figures.find(one => one.minute === minute);
      if (figures !== undefined) tell({ kind: 'minute', figures });
    }
  };
  void telling();
  const watching = clients.watchClock();
  const running = clients.run();
  tell({ kind: 'ready' });
  await told;
  clients.end();
  await Promise.all([running, watching]);
  signalling.close();
  const { gaps, stalls, minutes, classes, viewers, reconnects } = clients;
  const { figures, joins, delays } = minutes;
  tell({
    kind: 'done',
    gaps,
    stalls,
    minutes: figures,
    delays: { audio: delays.audio.figures, video: delays.video.figures },
    classes,
    viewers,
    reconnects,
    joinMs: joins,
  });
}

function tell(event: SoakClientsEvent): void {
  process.send?.(event);
}

process.once('disconnect', () => process.exit(1));
await run(await nextWord<SoakClientsOptions>()).catch((error: unknown) =>
  tell({ kind: 'error', error: error instanceof Error ? error.message : String(error) }),
);
