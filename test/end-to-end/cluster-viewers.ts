/**
 * Viewers of a cluster's pull edges that note when each packet of sound comes: there is one every 20 ms, and none from the
 * history by which the picture of a newcomer catches up.
 */
import type { ExecutionContext } from 'ava';
import { codecs } from '../../transports/rtp/codec.ts';
import { parseRtp } from '../../transports/rtp/packet.ts';
import { demultiplex } from '../../transports/webrtc/demultiplex.ts';
import { eventually, post } from '../support/node.ts';
import { listen, peer, pull } from './datachannel-peer.ts';

/** That all of them are at one of two edges happens once in two thousand times. */
const VIEWERS_MAX = 12;
/** Until a viewer has this many packets, it is not one that watches. */
const PACKETS_AT_FIRST = 10;
/** Of the server's offers. */
const OPUS = codecs.find(({ kind }) => kind === 'audio')!.payloadType;

export interface Viewer {
  readonly session: string;
  /** Where its packets come from. */
  readonly node: string;
  /** When each packet came, on the clock of `performance.now`. */
  readonly arrivals: readonly number[];
}

export async function watching(
  t: ExecutionContext,
  url: string,
  stream: string,
  name: string,
): Promise<Viewer> {
  const viewer = peer(name);
  t.teardown(() => viewer.close());
  const arrivals: number[] = [];
  listen(viewer, bytes => {
    if (demultiplex(bytes) === 'srtp' && parseRtp(bytes)?.payloadType === OPUS)
      arrivals.push(performance.now());
  });
  const { session, edge } = await pull(viewer, url, stream);
  await eventually(`media for ${name}`, 15_000, () =>
    arrivals.length > PACKETS_AT_FIRST ? true : undefined,
  );
  return { session, node: edge.node, arrivals };
}

/** A viewer at each of the two pull edges: which of two edges that are alike somebody gets is drawn by lot. */
export async function oneAtEach(
  t: ExecutionContext,
  url: string,
  stream: string,
): Promise<ReadonlyMap<string, Viewer>> {
  const byNode = new Map<string, Viewer>();
  for (let i = 0; i < VIEWERS_MAX && byNode.size < 2; i += 1) {
    const viewer = await watching(t, url, stream, `viewer ${i}`);
    if (byNode.has(viewer.node)) await post(`${url}/signaling/stop`, { session: viewer.session });
    else byNode.set(viewer.node, viewer);
  }
  return byNode;
}

/** The longest time without a packet since `sinceMs`, until now. */
export function longestGapMs({ arrivals }: Viewer, sinceMs: number): number {
  const since = [sinceMs, ...arrivals.filter(atMs => atMs >= sinceMs), performance.now()];
  return Math.round(Math.max(...since.slice(1).map((atMs, i) => atMs - since[i]!)));
}

/** Resolves when as many packets have come since `sinceMs` as a fifth of a second has. */
export function flowsSince(viewer: Viewer, sinceMs: number, timeoutMs: number): Promise<true> {
  return eventually(`media at ${viewer.node}`, timeoutMs, () => {
    const recent = viewer.arrivals.filter(atMs => atMs > sinceMs).length;
    return recent > 10 && performance.now() - viewer.arrivals.at(-1)! < 200 ? true : undefined;
  });
}
