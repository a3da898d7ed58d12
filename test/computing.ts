/**
 * The tests that know a virtual clock or none, as patterns of their files: they may wait for a core as long as it takes, and
 * `npm test` runs them beside the others, which have a real clock, in what time these leave.
 */
export const computing: readonly string[] = [
  'test/actors/*.test.ts',
  'test/actors/{config,forwarding,geo,relay,scheduler,sessions,shard,stream}/**/*.test.ts',
  'test/actors/runtime/!(worker-threads).test.ts',
  'test/simulations/*.test.ts',
  'test/simulations/bench/!(bad-line|fanout|process-cpu|reference|relay|relay-held|scheduler|storm).test.ts',
  'test/simulations/{cluster,cores,faults,flows,invariants,report,scenarios,shard}/**/*.test.ts',
  'test/simulations/soak/!(real-page).test.ts',
  'test/structure/**/*.test.ts',
  'test/transports/!(clock-of-threads|engine-choice).test.ts',
  'test/transports/{dtls,ice,jitter,kcp,relay,rtcp,rtp,sdp,srtp,stun,webrtc}/**/*.test.ts',
];
