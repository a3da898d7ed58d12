/** What the media plane can tell of itself: the API's descriptions and the counters behind /metrics. */
import type { DatagramSocket } from '../../transports/udp/port.ts';
import type { LinkReport, SessionReport, ShardReport, StreamReport, TrackReport } from '../protocol.ts';
import type { SessionFacts } from './commands.ts';
import { metricName } from './metric-names.ts';
import type { MediaSession, SessionTable } from './session-table.ts';
import type { StreamEntry, StreamTable, TrackCell } from './stream-table.ts';

/** Counts since the shard's start. */
export interface PlaneCounters {
  /** Neither STUN, DTLS, SRTP nor SRTCP. */
  datagramsUnknown: number;
  /** From a path, or for a session, that nobody here has. */
  datagramsOfNobody: number;
  /** Authentic checks by a path that another session has in use, which kept it. */
  pathsContested: number;
  /** DTLS datagrams that found no room to wait in (handshake-queue.ts). */
  handshakesDropped: number;
  /** DTLS datagrams that had to wait for another turn, counted at each turn. */
  handshakesPutOff: number;
  /** Media packets that passed a track, having come to this node. */
  packetsReceived: number;
  packetsSent: number;
  /** Media packets that passed a track, having come from another core. */
  packetsCrossed: number;
  /** From a publisher that has been replaced, or that is not published yet. */
  packetsNotPublished: number;
  /** From other nodes, and no RTP that is known here. */
  packetsMalformed: number;
  /** For a track whose core was down. */
  packetsNotAdmitted: number;
  /** Viewers that began with a keyframe out of history, and nodes that did. */
  joinsFromHistory: number;
  trackFaults: number;
  queueFaults: number;
}

export function newPlaneCounters(): PlaneCounters {
  return {
    datagramsUnknown: 0,
    datagramsOfNobody: 0,
    pathsContested: 0,
    handshakesDropped: 0,
    handshakesPutOff: 0,
    packetsReceived: 0,
    packetsSent: 0,
    packetsCrossed: 0,
    packetsNotPublished: 0,
    packetsMalformed: 0,
    packetsNotAdmitted: 0,
    joinsFromHistory: 0,
    trackFaults: 0,
    queueFaults: 0,
  };
}

export function reportSession(
  nowMs: number,
  facts: SessionFacts,
  session: MediaSession | undefined,
): SessionReport {
  const { peer, publisher, viewer } = session ?? {};
  const tracks = publisher?.trackReports(nowMs) ?? viewer?.trackReports(nowMs) ?? [];
  const roundTripMs = publisher?.roundTripMs ?? viewer?.roundTripMs;
  const silent = facts.state === 'connected' && tracks.every(track => track.packets === 0);
  return {
    ...facts,
    ...(silent && {
      explanation:
        facts.role === 'publisher'
          ? 'Connected, but no media: no packet that could be opened has come from the client.'
          : 'Connected, but no media: the publisher has sent nothing that this viewer can take.',
    }),
    ...(peer?.path !== undefined && {
      remoteAddress: `${peer.path.remoteAddress} ${peer.path.remotePort}/udp`,
    }),
    ...(roundTripMs !== undefined && { roundTripMs: Math.round(roundTripMs * 10) / 10 }),
    tracks,
    counters: {
      ...peer?.counters,
      ...publisher?.counters,
      ...viewer?.counters,
      ...(publisher !== undefined && { packetsOfOtherSources: publisher.packetsOfOtherSources }),
      ...(viewer !== undefined && {
        packetsRetransmitted: viewer.retransmitted,
        packetsNotRetransmitted: viewer.notRetransmitted,
        packetsNotNegotiated: viewer.notNegotiated,
      }),
    },
  };
}

export function reportStream(nowMs: number, node: string, entry: StreamEntry): StreamReport {
  const { publisher, publishedAt, upstream } = entry;
  return {
    stream: entry.stream,
    live: publisher !== undefined || upstream !== undefined,
    ...(publisher !== undefined && { publisher: publisher.id }),
    ...(publishedAt !== undefined && { publishedAt }),
    epoch: entry.epoch,
    bufferTargetMs: entry.buffer.targetMs,
    ...(publisher !== undefined && speakerOf(entry)),
    ...(publisher === undefined && upstream?.isLocal === false && { parent: upstream.node }),
    viewers: [...entry.viewers].filter(viewer => viewer.peer.state === 'connected').length,
    tracks: (publisher?.publisher?.trackReports(nowMs) ?? []).map(report => ({
      ...report,
      ...forwardingOf(entry.tracks[report.kind]),
    })),
    node,
  };
}

function speakerOf({ tracks }: StreamEntry): Pick<StreamReport, 'speaker'> {
  const speaker = tracks.audio.core?.speaker;
  if (speaker === undefined) return {};
  return { speaker: { isSpeaking: speaker.isSpeaking, levelDbov: Math.round(speaker.levelDbov) } };
}

function forwardingOf({ core }: TrackCell): Pick<TrackReport, 'forwarding'> {
  return core === undefined ? {} : { forwarding: core.report() };
}

export interface PlaneParts {
  readonly node: string;
  readonly shard: number;
  readonly sessions: SessionTable;
  readonly streams: StreamTable;
  readonly counters: PlaneCounters;
  readonly socket: DatagramSocket | undefined;
  readonly gauges: Record<string, number>;
  readonly links: readonly LinkReport[] | undefined;
}

export function reportShard(nowMs: number, parts: PlaneParts): ShardReport {
  const { node, shard, sessions, streams, counters, socket, gauges, links } = parts;
  const all = [...sessions.all()];
  return {
    type: 'shard-report',
    shard,
    port: socket?.port ?? 0,
    publishers: all.filter(session => session.publisher !== undefined).length,
    viewers: all.filter(session => session.viewer !== undefined).length,
    streams: [...streams.all()].map(entry => reportStream(nowMs, node, entry)),
    ...(links !== undefined && { links }),
    counters: {
      ...counterNames({ ...counters, packetsOverCap: sessions.packetsOverCap }),
      ...counterNames(socket?.counters ?? {}),
      ...gauges,
    },
  };
}

/** `packetsSent` becomes `packets_sent_total`, as Prometheus writes counters. */
function counterNames(counters: object): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [name, count] of Object.entries(counters as Record<string, number>))
    named[`${metricName(name)}_total`] = count;
  return named;
}
