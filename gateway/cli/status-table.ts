/** What `zrtc status` shows people. */
import type { NodeStatus, StreamStatus } from './api-answers.ts';

export function statusText(nodes: readonly NodeStatus[], streams: readonly StreamStatus[]): string {
  return [...nodes.map(nodeText), streamsText(streams)].join('\n\n');
}

function nodeText(node: NodeStatus): string {
  const { publishers, viewers, version, uptimeSeconds } = node;
  const rows = node.shards.map(shard =>
    [
      shard.shard,
      shard.overloaded === true ? 'overloaded' : shard.state,
      shard.port,
      shard.utilisation === undefined ? undefined : `${Math.round(shard.utilisation * 100)} %`,
      shard.publishers,
      shard.viewers,
      shard.streams,
      shard.packetsPerSecond,
    ].map(cell),
  );
  const more = [
    ...(version === undefined ? [] : [`, version ${cell(version)}`]),
    ...(uptimeSeconds === undefined ? [] : [`, up ${elapsed(uptimeSeconds)}`]),
  ].join('');
  return [
    `node ${cell(node.node)} in ${cell(node.idc)}${more}: ` +
      `${counted(publishers, 'publisher')}, ${counted(viewers, 'viewer')}`,
    ...(rows.length === 0 ? [] : table(SHARD_HEAD, rows)),
  ].join('\n');
}

const SHARD_HEAD = ['SHARD', 'STATE', 'UDP PORT', 'LOAD', 'PUBLISHERS', 'VIEWERS', 'STREAMS', 'PACKETS/S'];

function streamsText(streams: readonly StreamStatus[]): string {
  if (streams.length === 0) return 'no streams';
  const rows = streams.map(({ stream, live, viewers, tracks = [] }) => [
    cell(stream),
    live ? 'live' : 'waiting',
    cell(viewers),
    tracks.length === 0 ? '-' : bitrate(tracks.reduce((sum, track) => sum + track.bitrateBps, 0)),
    cell(tracks.map(({ kind, codec }) => (codec === undefined ? kind : `${kind} ${codec}`)).join(', ')),
  ]);
  return table(['STREAM', 'STATE', 'VIEWERS', 'BITRATE', 'TRACKS'], rows).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)));
  return all.map(row =>
    row
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** A value from the network, without what would move the terminal's cursor. */
function cell(value: string | number | undefined): string {
  return value === undefined || value === '' ? '-' : String(value).replaceAll(/\p{C}/gu, '');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function bitrate(bps: number): string {
  if (bps < 1_000) return `${Math.round(bps)} bit/s`;
  return bps < 1_000_000 ? `${Math.round(bps / 1_000)} kbit/s` : `${(bps / 1_000_000).toFixed(1)} Mbit/s`;
}

/** In the two largest units. */
export function elapsed(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3_600);
  if (hours < 24) return `${hours} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
