export default {
  files: ['test/**/*.test.ts'],
  extensions: { ts: 'module' },
  timeout: '60s',
  // Two cores: more workers than that only make real-time tests wait for each other.
  concurrency: 2,
};
