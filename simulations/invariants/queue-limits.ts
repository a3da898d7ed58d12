/** What nodes keep of media is within its limits: what is under way on relay links, and what history holds. */
import { HISTORY_LIMITS } from '../../actors/forwarding/history-limits.ts';
import type { StreamReport } from '../../actors/protocol.ts';
import {
  AUDIO_PATIENCE_MS,
  PATIENCE_ROUND_TRIPS,
  SILENCE_MAX_MS,
  TRACK_QUEUE_MAX_SEGMENTS,
  VIDEO_PATIENCE_MS,
} from '../../transports/relay/limits.ts';
import type { LinkFigures } from '../../transports/relay/link-output.ts';
import type { Invariant, Scene, SeenNode, Watcher } from './invariant.ts';

/** Audio, video, and the control conversation of a link; each stream has two tracks. */
const TRACKS_PER_STREAM = 2;
/**
 * A line whose time grows, as datagrams queue on it, is known only by what comes back; one from which nothing comes for so
 * long is down.
 */
const AGE_SLACK_MS = SILENCE_MAX_MS;
const SERIES = /^relay_link_(?<figure>waiting_segments|queue_age_ms|rtt_ms)\{(?<labels>[^}]*)\}$/;

export const queueLimits: Invariant = {
  name: 'queue-limits',
  summary: 'what waits on relay links and what history holds is within the limits',
  watch: scene => new QueueLimits(scene),
};

class QueueLimits implements Watcher {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  look(_nowMs: number, seen: readonly SeenNode[]): void {
    for (const { node, report } of seen) {
      const streams = Math.max(1, report.streams.length);
      const links = new Map<string, Record<string, number>>();
      for (const [name, value] of Object.entries(report.counters)) {
        const { figure, labels } = SERIES.exec(name)?.groups ?? {};
        if (figure !== undefined && labels !== undefined)
          links.set(labels, { ...links.get(labels), [figure]: value });
      }
      for (const [link, { waiting_segments = 0, queue_age_ms = 0, rtt_ms = 0 }] of links) {
        const figures = { waitingSegments: waiting_segments, queueAgeMs: queue_age_ms, rttMs: rtt_ms };
        for (const wrong of beyondLimits(figures, streams))
          this.#scene.violate(`${node.name} {${link}}: ${wrong}`);
      }
      for (const stream of report.streams) this.#checkHistory(node.name, stream);
    }
  }

  #checkHistory(node: string, { stream, tracks }: StreamReport): void {
    for (const { kind, forwarding } of tracks) {
      const { bytes: most } = HISTORY_LIMITS[kind];
      if (forwarding !== undefined && forwarding.historyBytes > most)
        this.#scene.violate(
          `${node}: ${forwarding.historyBytes} bytes of ${stream}'s ${kind}, ${most} it may`,
        );
    }
  }
}

/** What is wrong with what waits on a relay link with so many streams, in words. */
export function beyondLimits(
  { waitingSegments, queueAgeMs, rttMs }: Pick<LinkFigures, 'waitingSegments' | 'queueAgeMs' | 'rttMs'>,
  streams: number,
): readonly string[] {
  const most = (TRACKS_PER_STREAM * streams + 1) * TRACK_QUEUE_MAX_SEGMENTS;
  const patienceMs = Math.max(VIDEO_PATIENCE_MS, AUDIO_PATIENCE_MS);
  const oldestMs = patienceMs + PATIENCE_ROUND_TRIPS * rttMs + AGE_SLACK_MS;
  return [
    ...(waitingSegments > most ? [`${waitingSegments} segments wait, ${most} may`] : []),
    ...(queueAgeMs > oldestMs
      ? [`a frame has waited for ${queueAgeMs} ms, ${Math.round(oldestMs)} ms it may`]
      : []),
  ];
}
