import { fileURLToPath } from 'node:url';
import { computing } from './test/computing.ts';

// What a browser does in real time, with limits of its own: `npm test` runs these when the others have left the cores.
const alone = ['lip-sync', 'outgoing-bitrate', 'page-reload'].map(name => `test/end-to-end/${name}.test.ts`);
// What failed beside the others, to be run again without them (`test/in-parts.sh`).
const again = process.env.AGAIN?.split(/\s+/).filter(file => file !== '') ?? [];
const all = ['test/**/*.test.ts'];
const files = {
  'real-time': [...all, ...[...alone, ...computing].map(pattern => `!${pattern}`)],
  computing,
  alone: [...alone, ...again],
};
const part = process.env.TESTS;

export default {
  files: files[part] ?? all,
  extensions: { ts: 'module' },
  // Since the last test that ended: a cluster whose processes are killed one after the other takes a minute, and those that
  // only compute get what time the others leave.
  timeout: part === 'computing' ? '240s' : '120s',
  // Two cores: more workers than that only make real-time tests wait for each other.
  concurrency: part === 'alone' ? 1 : 2,
  // Processes, not threads: native clients and whole nodes want one of their own.
  workerThreads: false,
  // Most of what a process costs is to compile what the one before it has compiled: a third of the time is saved by
  // keeping that, for the processes that tests start too. They run in folders of their own, so the path is absolute.
  environmentVariables: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
  },
};
