/** All scenarios, in the order in which `zrtc simulate list` explains them. */

import { classDay } from './class-day.ts';
import { flashCrowd } from './flash-crowd.ts';
import { fourSites24h } from './four-sites/four-sites-24h.ts';
import { jitter } from './jitter.ts';
import { loss } from './loss.ts';
import { million } from './million.ts';
import { relayFailover } from './relay-failover.ts';
import type { Scenario } from './scenario.ts';
import { slowEdge } from './slow-edge.ts';
import { splitBrain } from './split-brain.ts';
import { swarm } from './swarm.ts';
import { uplink } from './uplink.ts';

export const scenarios: readonly Scenario[] = [
  loss,
  uplink,
  jitter,
  relayFailover,
  splitBrain,
  slowEdge,
  fourSites24h,
  flashCrowd,
  classDay,
  million,
  swarm,
];
