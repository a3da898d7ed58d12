/** What the bench of uplinks and its clients, each a process of its own, say to each other. */
import { systemClock } from '../../transports/clock.ts';
import type { RawCounts } from './raw-watch.ts';

/** Whether the publisher repeats what is lost. */
export type Repairs = 'on' | 'off';

/** A client's argument, as JSON. */
export interface ClientOptions {
  /** Of the node. */
  readonly url: string;
  /** Where the bad line is, for the publisher. */
  readonly linePort: number;
  /** The publisher's. */
  readonly repairs: Repairs;
}

export const STREAM = 'uplink';

/** From the bench. A client that has begun answers the end with its figures. */
export type ToClient = { readonly kind: 'begin' } | { readonly kind: 'end' };

export type FromClient =
  /** The publisher has the node's answer; the line is to lead to this port. */
  | { readonly kind: 'answered'; readonly nodePort: number }
  /** Media has come as far as this client. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'figures'; readonly figures: ClientFigures }
  | { readonly kind: 'failed'; readonly reason: string };

export type ClientFigures = PublisherFigures | DecodingFigures | RawFigures;

export interface PublisherFigures {
  readonly client: 'publisher';
  readonly framesSent: number;
  /** Of what was sent of media, headers and repetitions included. */
  readonly bytesSent: number;
  /** NACK messages about video, and sequence numbers repeated on them, as libwebrtc counts them. */
  readonly nacks: number;
  readonly packetsRepeated: number;
  /** Keyframes that the node asked for. */
  readonly keyframesAsked: number;
  readonly keyframesSent: number;
  readonly seconds: number;
  /** How late each picture was captured, in milliseconds: what else the machine does keeps the publisher waiting. */
  readonly captureLateMs: readonly number[];
}

export interface DecodingFigures {
  readonly client: 'decoding';
  readonly framesDecoded: number;
  readonly corruptFrames: number;
  /** The largest errors of sound pictures and the least of corrupt ones say whether the threshold lies between. */
  readonly largestSoundError: number;
  readonly freezes: number;
  readonly freezeMs: number;
  readonly freezesByLibwebrtc: number;
  readonly freezeMsByLibwebrtc: number;
  readonly audioGapMs: number;
  readonly decoderResets: number;
  readonly framesDropped: number;
  readonly nacks: number;
  /** From capture to the decoded frame's rendering, in milliseconds, one for each frame. */
  readonly delaysMs: readonly number[];
}

export interface RawFigures extends RawCounts {
  readonly client: 'raw';
}

export interface Client {
  begin(): Promise<void> | void;
  end(): Promise<ClientFigures> | ClientFigures;
}

/** Runs a client in this process until the bench lets it go: the libraries' threads would hold the process for ever. */
export async function serveBench(connect: (options: ClientOptions) => Promise<Client>): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const fail = (error: unknown) =>
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  const client = await connect(JSON.parse(process.argv[2]!) as ClientOptions).catch(fail);
  if (client === undefined) return;
  process.on('message', (message: ToClient) => {
    const work = async () => {
      if (message.kind === 'begin') await client.begin();
      else tell({ kind: 'figures', figures: await client.end() });
    };
    work().catch(fail);
  });
  tell({ kind: 'connected' });
}

export function tell(message: FromClient): void {
  process.send?.(message);
}

/**
 * Calls `step` every `intervalMs` by the clock, so that lateness of one call is none of the next, and says how late it is.
 * Never ends.
 */
export function everyMs(intervalMs: number, step: (lateMs: number) => void): void {
  let dueMs = systemClock.nowMs();
  const next = () => {
    dueMs += intervalMs;
    systemClock.setTimer(dueMs - systemClock.nowMs(), () => {
      step(systemClock.nowMs() - dueMs);
      next();
    });
  };
  next();
}
