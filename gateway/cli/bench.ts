/** `zrtc bench`: measures this machine and this code. */
import { didYouMean } from '../../actors/config/nearest.ts';
import { type Flag, UsageError } from './arguments.ts';
import type { Bench } from './bench/bench.ts';
import { drain } from './bench/drain.ts';
import { fanout } from './bench/fanout.ts';
import { join } from './bench/join.ts';
import { path } from './bench/path.ts';
import { reference } from './bench/reference.ts';
import { relay } from './bench/relay.ts';
import { scheduler } from './bench/scheduler.ts';
import { shards } from './bench/shards.ts';
import { storm } from './bench/storm.ts';
import { uplink } from './bench/uplink.ts';
import { type CommandBody, columns, written } from './command.ts';

const benches: readonly Bench[] = [
  path,
  uplink,
  storm,
  reference,
  shards,
  fanout,
  join,
  relay,
  scheduler,
  drain,
];
const names = benches.map(({ name }) => name);

const json: Flag = { name: 'json', description: 'writes JSON in place of a table' };

/** Several benches may have a flag of one name: it is read alike, and explained by each. */
const ownFlags = new Map(benches.flatMap(({ flags }) => flags).map(flag => [flag.name, flag]));

export const bench: CommandBody = {
  usage: `${names.join('|')} [--json] [flags of that bench]`,
  takesOperands: true,
  flags: [json],
  flagsInNotes: [...ownFlags.values()],
  examples: benches.flatMap(({ examples }) => examples),
  notes: benches.flatMap((one, i) => [...(i === 0 ? [] : ['']), ...notesOf(one)]),
  async run(flags, terminal, [name, ...rest]) {
    if (name === undefined)
      throw new UsageError(`what to measure is missing: ${names.join(', ')}; see zrtc bench --help`);
    const chosen = benches.find(one => one.name === name);
    if (chosen === undefined)
      throw new UsageError(`bench knows ${names.join(', ')}, not '${name}'${didYouMean(name, names)}`);
    if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
    const foreign = [...ownFlags.keys()].find(
      flag => flags[flag] !== undefined && !chosen.flags.some(own => own.name === flag),
    );
    if (foreign !== undefined) throw new UsageError(`bench ${name} has no flag --${foreign}`);
    return chosen.run(flags, terminal);
  },
};

function notesOf({ name, summary, flags, notes }: Bench): readonly string[] {
  return [
    `zrtc bench ${name}: ${summary}`,
    ...columns(flags.map(flag => [written(flag), flag.description])),
    ...notes,
  ];
}
