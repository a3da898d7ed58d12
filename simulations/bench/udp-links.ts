/** One end of the lines of the relay bench, over UDP: a core of the transport for each link. */
import type { Clock } from '../../transports/clock.ts';
import { chooseEngine } from '../../transports/engine.ts';
import { seededRandom } from '../seeded-random.ts';
import type { EndLinks } from './end-links.ts';
import { LINE_ADDRESS, LineEnd } from './line-end.ts';
import {
  type CarrierEnd,
  makeReceiver,
  makeSender,
  type OnMessage,
  type SendingEnd,
  type UdpTransport,
} from './relay-carriers.ts';
import type { EndOptions } from './relay-protocol.ts';

export async function openUdpLinks(
  transport: UdpTransport,
  { side, plan, seeds }: EndOptions,
  clock: Clock,
  onMessage: OnMessage,
): Promise<EndLinks> {
  const engine = chooseEngine('auto');
  const ends: LineEnd[] = [];
  for (const _ of seeds) ends.push(await LineEnd.open(engine, clock));
  let cores: readonly CarrierEnd[] = [];
  return {
    ports: ends.map(({ port }) => port),
    async connect(ports) {
      cores = seeds.map((seed, place) => {
        const path = { localAddress: LINE_ADDRESS, remoteAddress: LINE_ADDRESS, remotePort: ports[place]! };
        const options = { engine, streams: plan.streams, random: seededRandom(`${seed} keys`), path };
        return side === 'sender'
          ? makeSender(transport, options)
          : makeReceiver(transport, clock.nowMs(), options, onMessage);
      });
      for (const [place, core] of cores.entries()) ends[place]!.run(core);
    },
    areReady() {
      for (const { failure } of cores)
        if (failure !== undefined) throw new Error(`a link went down: ${failure}`);
      return cores.every(({ isReady }) => isReady);
    },
    send: (nowMs, link, stream, message) => (cores[link] as SendingEnd).send(nowMs, stream, message),
    settle: link => ends[link]!.settle(),
  };
}
