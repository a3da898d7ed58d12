import test from 'ava';
import { loadConfig } from '../../../actors/config/load.ts';
import { argumentsOf, plannedNodes, relayAddress, stopStages } from '../../../gateway/cli/cluster/plan.ts';
import { main } from '../../../gateway/cli/main.ts';
import { fakeTerminal } from './fake-terminal.ts';

const options = {
  httpPort: 8080,
  mediaAddresses: '127.0.0.1',
  logLevel: 'warn',
  keysFile: import.meta.filename,
};
const ports = { links: 7201, media: 7001, relay: 7101 };

function configOf(name: string, link?: string) {
  const node = plannedNodes.find(planned => planned.name === name)!;
  const [command, ...flags] = argumentsOf(node, ports, 7200, { ...options, link });
  const pairs = flags.map(flag => flag.slice(2).split(/=(.*)/s, 2) as [string, string]);
  return {
    command,
    config: loadConfig({ flags: Object.fromEntries(pairs), env: {}, directory: '/nowhere' }),
  };
}

test('two sites of push, relay and pull, and a scheduler and a gateway that are of neither', t => {
  t.deepEqual(
    plannedNodes.map(({ name, idc, role }) => `${name} ${idc} ${role}`),
    [
      'scheduler control scheduler',
      'gateway control gateway',
      'beijing-push beijing push',
      'beijing-relay beijing relay',
      'beijing-pull beijing pull',
      'guangzhou-push guangzhou push',
      'guangzhou-relay guangzhou relay',
      'guangzhou-pull guangzhou pull',
    ],
  );
});

test('each is told by flags that zrtc node takes', t => {
  for (const { name, idc, role } of plannedNodes) {
    const { command, config } = configOf(name, 'delay=30,loss=2');
    t.is(command, 'node');
    const { name: named, idc: site, roles } = config.node;
    t.deepEqual({ name: named, idc: site, roles: [...roles] }, { name, idc, roles: [role] });
    t.deepEqual(config.cluster.join, name === 'scheduler' ? [] : ['tcp://127.0.0.1:7200']);
    t.is(config.relay.impairment, idc === 'control' ? undefined : 'delay=30,loss=2');
  }
});

test('the sites have networks of their own where the link between them is impaired', t => {
  t.is(configOf('beijing-pull', 'delay=1').config.relay.address, '127.0.1.1');
  t.is(configOf('guangzhou-relay', 'delay=1').config.relay.address, '127.0.2.1');
  for (const node of plannedNodes) t.is(relayAddress(node, undefined), '127.0.0.1');
});

test('all are stopped, each once: the gateway first, the scheduler last', t => {
  const stages = stopStages(plannedNodes);
  t.deepEqual(stages.flat().sort(), plannedNodes.map(({ name }) => name).sort());
  t.deepEqual(stages.at(0), ['gateway']);
  t.deepEqual(stages.at(-1), ['scheduler']);
});

for (const [args, line] of [
  ['--link=slow', "zrtc: --link must be such as delay=30,loss=2,jitter=5 (ms and percent), not 'slow'"],
  ['--http.port=70000', "zrtc: --http.port must be a whole number from 0 to 65535, not '70000'"],
  ['--media.addresses=here', "zrtc: --media.addresses must be a list of IP addresses, not 'here'"],
  [
    '--log.level=loud',
    "zrtc: --log.level must be one of trace, debug, info, warn, error, fatal, silent, not 'loud'",
  ],
] as const) {
  test(`zrtc cluster ${args}: one line, exit code 2, nothing started`, async t => {
    const terminal = fakeTerminal();
    t.is(await main(['cluster', args], terminal), 2);
    t.deepEqual(terminal.told, [line]);
  });
}
