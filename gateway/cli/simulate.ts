/** `zrtc simulate`: the same code on a virtual clock and network, and whether what has to hold holds. */
import { writeFile } from 'node:fs/promises';
import { didYouMean } from '../../actors/config/nearest.ts';
import { reportPage } from '../../simulations/report/report-page.ts';
import { scenarios } from '../../simulations/scenarios/all.ts';
import { reportOf } from '../../simulations/scenarios/report-of.ts';
import { reportAsJson, reproduce, runScenario } from '../../simulations/scenarios/run-scenario.ts';
import { swarm } from '../../simulations/scenarios/swarm.ts';
import { UsageError } from './arguments.ts';
import { type CommandBody, columns } from './command.ts';
import { measured } from './measured.ts';
import { amountOf, numberFlag, numberOf } from './number-flags.ts';
import { pageOf, reportFlag } from './report-file.ts';
import { listOf, reportTable } from './simulate/report-table.ts';
import { EXIT } from './terminal.ts';

const SEED = { initial: 1, max: 999_999 };
const SEEDS = { initial: 20, max: 10_000 };
/** Two days. */
const MOST_MINUTES = 2_880;

const LIST = 'list';
const names = [LIST, ...scenarios.map(({ name }) => name)];

export const simulate: CommandBody = {
  usage: 'list|SCENARIO [--seed N] [--minutes M] [--seeds N] [--json] [--report FILE]',
  takesOperands: true,
  flags: [
    numberFlag('seed', 'what all that is random in the run follows from', SEED),
    {
      name: 'minutes',
      placeholder: 'M',
      description: `virtual minutes, up to ${MOST_MINUTES}; by default as \`zrtc simulate list\` tells`,
    },
    numberFlag('seeds', 'runs of `swarm`, each with the seed after', SEEDS),
    { name: 'json', description: 'writes JSON in place of text' },
    reportFlag,
  ],
  examples: [
    'zrtc simulate list',
    'zrtc simulate uplink --seed 7 --json | jq .rows',
    'zrtc simulate swarm --seeds 100',
    'zrtc simulate loss --report loss.html',
  ],
  notes: [
    'Scenarios:',
    ...columns(scenarios.map(({ name, summary }) => [name, summary])),
    '',
    'JSON: {scenario, seed, ok, digest, virtualSeconds, realSeconds, violations: [{invariant, atMs, detail}],',
    'violationCount, interruptions, ...figures of the scenario}. The digest is over all that was delivered and decided: the',
    'same seed and minutes bring the same. The exit code is 0 when nothing was violated, else 1, and then the command is',
    'told that does the same again. docs/simulations.md says more.',
  ],
  async run(flags, terminal, [name, ...rest]) {
    if (name === undefined)
      throw new UsageError(`what to simulate is missing: ${names.join(', ')}; see zrtc simulate --help`);
    if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
    const seed = numberOf(flags, 'seed', SEED);
    const minutes = amountOf(flags, 'minutes', MOST_MINUTES);
    if (name === LIST) {
      terminal.out(flags.json === undefined ? listOf(scenarios) : JSON.stringify(scenarios, undefined, 2));
      return EXIT.done;
    }
    const scenario = scenarios.find(one => one.name === name);
    if (scenario === undefined)
      throw new UsageError(`simulate knows ${names.join(', ')}, not '${name}'${didYouMean(name, names)}`);
    if (flags.seeds !== undefined && scenario !== swarm)
      throw new UsageError(`--seeds is for swarm; ${name} is one run`);
    const seeds = scenario === swarm ? numberOf(flags, 'seeds', SEEDS) : undefined;
    const wish = { seed, ...(minutes !== undefined && { minutes }), ...(seeds !== undefined && { seeds }) };
    const page = await pageOf(flags, terminal);
    const { clock } = terminal;
    return measured(
      flags,
      terminal,
      measuring => runScenario(scenario, { ...wish, clock, ...measuring }),
      reportTable,
      {
        json: reportAsJson,
        async finish(report) {
          if (page !== undefined) await writeFile(page, reportPage(reportOf(scenario, report)));
          if (report.ok) return EXIT.done;
          terminal.tell(`zrtc: ${report.violationCount} violations; once more: ${reproduce(report)}`);
          return EXIT.failed;
        },
      },
    );
  },
};
