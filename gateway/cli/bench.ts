/** `zrtc bench`: measures this machine and this code. */
import { benchPath } from '../../simulations/bench/path.ts';
import { pathPlans } from '../../simulations/bench/path-plans.ts';
import { type FlagValues, UsageError } from './arguments.ts';
import { pathTable } from './bench-table.ts';
import type { Command } from './command.ts';
import { stopSignals } from './signals.ts';
import { EXIT, type Terminal } from './terminal.ts';

const SECONDS = { initial: 10, max: 60 };
const RUNS = { initial: 3, max: 20 };

export const bench: Command = {
  name: 'bench',
  summary: 'Measures how long packets are on their way through one node, and through each node more.',
  usage: 'path [--json] [--hops N,N...] [--runs N] [--seconds N]',
  takesOperands: true,
  flags: [
    { name: 'json', description: 'writes JSON: {nodes: [{hops, p50Ms, p99Ms, ...}], baseline: {...}}' },
    {
      name: 'hops',
      placeholder: 'N,N...',
      description: `how many nodes the measured paths have, 1 to ${pathPlans.length}; by default each of them`,
    },
    {
      name: 'runs',
      placeholder: 'N',
      description: `how often each is measured, up to ${RUNS.max}; by default ${RUNS.initial}`,
    },
    {
      name: 'seconds',
      placeholder: 'N',
      description: `how long a run measures, up to ${SECONDS.max}; by default ${SECONDS.initial}`,
    },
  ],
  examples: ['zrtc bench path', 'zrtc bench path --json --hops 1,2 | jq .nodes[].p50Ms'],
  notes: [
    'Paths, every node a process of its own on loopback: 1 one node that stands alone; 2 push, pull; 3 push, relay,',
    'pull; 4 push, relay, relay of another site, pull. A publisher sends 60 packets a second after 2 s of warm-up.',
    'p50Ms and p99Ms: from the first UDP in to the last UDP out: what the clients (libdatachannel) measure from the call',
    'that sends until receipt (rawP50Ms), less what two of them without a node in between measure at p50 at the same',
    'time (baselineP50Ms). Each is the median of the runs, with their least and most. Needs node-datachannel.',
  ],
  async run(flags, terminal, [what, ...rest]) {
    if (what === undefined) throw new UsageError('what to measure is missing: path; see zrtc bench --help');
    if (what !== 'path') throw new UsageError(`bench knows path, not '${what}'`);
    if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
    return runPath(flags, terminal);
  },
};

async function runPath(flags: FlagValues, terminal: Terminal): Promise<number> {
  const hops = [...new Set((flags.hops ?? '1,2,3,4').split(','))].map(text =>
    wholeNumber('hops', text, pathPlans.length),
  );
  const runs = wholeNumber('runs', flags.runs ?? String(RUNS.initial), RUNS.max);
  const seconds = wholeNumber('seconds', flags.seconds ?? String(SECONDS.initial), SECONDS.max);
  const stopping = new AbortController();
  const { first, second } = stopSignals(terminal);
  first.then(() => stopping.abort(new Error('stopped')));
  const measure = async () => {
    try {
      const onProgress = (line: string) => terminal.tell(line);
      const report = await benchPath({ hops, runs, seconds, signal: stopping.signal, onProgress });
      terminal.out(flags.json === undefined ? pathTable(report) : JSON.stringify(report, undefined, 2));
      return EXIT.done;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.tell(`zrtc: ${stopping.signal.aborted ? 'stopped before the end' : reason}`);
      return EXIT.failed;
    }
  };
  return Promise.race([measure(), second.then(() => EXIT.failed)]);
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw new UsageError(
    `--${name} must be ${name === 'hops' ? 'numbers' : 'a number'} from 1 to ${max}, not '${text}'`,
  );
}
