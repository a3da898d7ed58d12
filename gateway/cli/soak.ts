/** `zrtc soak`: a cluster of real processes and clients for hours, in which things go wrong. */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { reportPage } from '../../simulations/report/report-page.ts';
import { soak as runSoak } from '../../simulations/soak/soak.ts';
import { shown } from '../../simulations/soak/soak-shown.ts';
import { parseImpairment } from '../../transports/udp/impaired.ts';
import { UsageError } from './arguments.ts';
import type { CommandBody } from './command.ts';
import { measured } from './measured.ts';
import { amountOf, numberFlag, numberOf } from './number-flags.ts';
import { pageOf, reportFlag } from './report-file.ts';
import { soakTable } from './soak/soak-table.ts';
import { EXIT } from './terminal.ts';

const SEED = { initial: 1, max: 999_999 };
/** A week. */
const MOST_HOURS = 168;
/** A line of some 3,000 km that loses now and then. */
const DEFAULT_LINK = 'delay=20,loss=1,jitter=5';

export const soak: CommandBody = {
  usage: '--hours H [--seed N] [--link LINK] [--json] [--report FILE]',
  flags: [
    { name: 'hours', placeholder: 'H', description: `how long, up to ${MOST_HOURS}; 0.05 is three minutes` },
    numberFlag('seed', 'what goes wrong, when and where, follows from it', SEED),
    {
      name: 'link',
      placeholder: 'LINK',
      description: `impairs the links between the sites, each way; by default ${DEFAULT_LINK}`,
    },
    { name: 'json', description: 'writes JSON in place of text' },
    reportFlag,
  ],
  examples: [
    'zrtc soak --hours 1 --report soak.html',
    'zrtc soak --hours 0.05 --seed 7 --json | jq .interruptions',
  ],
  notes: [
    'The exit code is 0 when nobody was without picture or sound for more than a second outside of the incidents, and memory',
    'and descriptors of no process grew; else 1. Takes about a third of two cores. Linux. docs/soak.md says more.',
  ],
  async run(flags, terminal) {
    const hours = amountOf(flags, 'hours', MOST_HOURS);
    if (hours === undefined) throw new UsageError('how long is missing: zrtc soak --hours 1');
    const seed = numberOf(flags, 'seed', SEED);
    const { link = DEFAULT_LINK } = flags;
    if (parseImpairment(link) === undefined)
      throw new UsageError(`--link must be such as delay=30,loss=2,jitter=5 (ms and percent), not '${link}'`);
    const page = await pageOf(flags, terminal);
    // A terminal or pipe that is gone must not keep the nodes from being stopped in order.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    const { env, fetch } = terminal;
    return measured(
      flags,
      terminal,
      measuring => runSoak({ hours, seed, link, env, fetch, ...measuring }),
      soakTable,
      {
        async finish(report) {
          if (page !== undefined) await writeFile(page, reportPage(shown(report)));
          for (const failure of report.failures) terminal.tell(`zrtc: ${failure}`);
          return report.ok ? EXIT.done : EXIT.failed;
        },
      },
    );
  },
};
