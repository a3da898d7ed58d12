import { fileURLToPath } from 'node:url';

// What a browser does in real time, with limits of its own: `npm test` runs these when the others have left the cores.
const alone = ['test/end-to-end/outgoing-bitrate.test.ts', 'test/end-to-end/page-reload.test.ts'];
const all = ['test/**/*.test.ts'];
const files = { together: [...all, ...alone.map(file => `!${file}`)], alone };

export default {
  files: files[process.env.TESTS] ?? all,
  extensions: { ts: 'module' },
  timeout: '60s',
  // Two cores: more workers than that only make real-time tests wait for each other.
  concurrency: process.env.TESTS === 'alone' ? 1 : 2,
  // Processes, not threads: native clients and whole nodes want one of their own.
  workerThreads: false,
  // Most of what a process costs is to compile what the one before it has compiled: a third of the time is saved by
  // keeping that, for the processes that tests start too. They run in folders of their own, so the path is absolute.
  environmentVariables: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
  },
};
