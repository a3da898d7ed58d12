export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  timeout: '60s',
  // Two cores: more workers than that only make real-time tests wait for each other.
  concurrency: 2,
  // Processes, not threads: native clients and whole nodes want one of their own.
  workerThreads: false,
};
