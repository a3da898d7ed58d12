import test from 'ava';
import type { Config } from '../../../actors/config/schema.ts';
import { main } from '../../../gateway/cli/main.ts';
import type { RunningNode } from '../../../gateway/cli/running-node.ts';
import type { Terminal } from '../../../gateway/cli/terminal.ts';
import { fakeTerminal, runningNode } from './fake-terminal.ts';

/** Starts a node that is `node`, and hands over how it goes on. */
async function started(node: Partial<RunningNode> = {}, ...args: string[]) {
  const configs: Config[] = [];
  const terminal = fakeTerminal({
    startNode: async config => {
      configs.push(config);
      return { ...runningNode, ...node };
    },
  });
  let code: number | undefined;
  const ended = main(['up', ...args], terminal).then(result => {
    code = result;
  });
  await terminal.pass(0);
  return { terminal, ended, config: configs[0]!, code: () => code };
}

test('the banner says where to go, where media comes in, and what to look out for', async t => {
  const { terminal } = await started({ warnings: ['the receive buffer is small'] });
  t.deepEqual(terminal.told.join('\n').split('\n'), [
    'zrtc: node zrtc-1 in local is up',
    '  pages   http://127.0.0.1:8080/',
    '  teach   http://127.0.0.1:8080/publish/math-101',
    '  watch   http://127.0.0.1:8080/watch/math-101',
    '  media   UDP 7000, 7001 on 192.0.2.7, 127.0.0.1',
    '  access  everybody on this machine, without a token: no auth.secret is set, so only 127.0.0.1 is listened on',
    'warning: the receive buffer is small',
    'Ctrl-C stops it.',
  ]);
});

test('with a secret the banner says how to get in, not the secret', async t => {
  const secret = 'a secret of thirty-two bytes, at least';
  const { terminal } = await started({}, '--auth.secret', secret);
  t.true(terminal.told[0]!.includes('access  with a token: zrtc token --help'));
  t.false(terminal.told[0]!.includes(secret));
});

test('a node that listens everywhere says how others reach it', async t => {
  const secret = 'a secret of thirty-two bytes, at least';
  const args = ['--auth.secret', secret, '--tls', '--host'];
  const node = { url: 'https://localhost:8443', addresses: ['192.0.2.7', '2001:db8::7', '127.0.0.1', '::1'] };
  const { terminal: four } = await started(node, ...args, '0.0.0.0');
  t.regex(four.told[0]!, /^ {2}from elsewhere {2}https:\/\/192\.0\.2\.7:8443\/$/m);
  const { terminal: six } = await started(node, ...args, '::');
  t.regex(six.told[0]!, /from elsewhere {2}https:\/\/192\.0\.2\.7:8443\/ https:\/\/\[2001:db8::7\]:8443\/$/m);
});

test('flags reach the node, the short ones too', async t => {
  const { config } = await started({}, '--tls', '--port=9000', '--host', 'localhost', '--log.level', 'warn');
  t.like(config, { http: { tls: 'self-signed', port: 9000, host: 'localhost' }, log: { level: 'warn' } });
  const { config: other } = await started({}, '--port', '1', '--http.port', '2', '--http.tls');
  t.like(other, { http: { tls: 'self-signed', port: 2 } });
});

test('one signal stops the node in order, exit code 0', async t => {
  const stop = Promise.withResolvers<void>();
  const { terminal, ended, code } = await started({ stop: () => stop.promise });
  t.is(code(), undefined);
  terminal.signal('SIGTERM');
  await terminal.pass(1_000);
  t.is(code(), undefined);
  stop.resolve();
  await ended;
  t.is(code(), 0);
});

test('a second signal ends it at once, but its echo through npm does not', async t => {
  const { terminal, ended, code } = await started({ stop: () => new Promise(() => undefined) });
  terminal.signal('SIGINT');
  await terminal.pass(100);
  terminal.signal('SIGINT');
  await terminal.pass(900);
  t.is(code(), undefined);
  terminal.signal('SIGINT');
  await ended;
  t.is(code(), 1);
});

test('a stop that hangs is given up', async t => {
  const { terminal, ended, code } = await started({ stop: () => new Promise(() => undefined) });
  terminal.signal('SIGINT');
  await terminal.pass(0);
  await terminal.pass(10_000);
  await ended;
  t.is(code(), 1);
  t.is(terminal.told.at(-1), 'zrtc: not everything had stopped after 10 seconds; gave up');
});

test('a stop that fails is told', async t => {
  const { terminal, ended, code } = await started({
    stop: () => Promise.reject(new Error('a worker hangs')),
  });
  terminal.signal('SIGINT');
  await ended;
  t.is(code(), 1);
  t.is(terminal.told.at(-1), 'zrtc: did not stop cleanly: a worker hangs');
});

test('a node that cannot go on ends the command, with a line that says why, exit code 1', async t => {
  const failure = Promise.withResolvers<string>();
  let stops = 0;
  const stop = async () => {
    stops += 1;
  };
  const { terminal, ended, code } = await started({ failure: failure.promise, stop });
  t.is(code(), undefined);
  failure.resolve('core shard 0 died 6 times within a minute');
  await ended;
  t.is(code(), 1);
  t.is(terminal.told.at(-1), 'zrtc: cannot go on: core shard 0 died 6 times within a minute');
  t.is(stops, 1);
});

test('a signal while the node still starts stops it as soon as it is up', async t => {
  const node = Promise.withResolvers<RunningNode>();
  const terminal = fakeTerminal({ startNode: () => node.promise });
  const ended = main(['up'], terminal);
  terminal.signal('SIGINT');
  await terminal.pass(10);
  node.resolve(runningNode);
  t.is(await ended, 0);
});

const failures: readonly (readonly [object, string])[] = [
  [{ code: 'EADDRINUSE', address: '0.0.0.0', port: 7000 }, '0.0.0.0 port 7000 is in use by another program'],
  [{ code: 'EACCES', address: '0.0.0.0', port: 80 }, 'not permitted to listen on 0.0.0.0 port 80'],
  [{ code: 'EADDRNOTAVAIL', address: '192.0.2.7' }, 'this machine has no address 192.0.2.7'],
  [{ code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN x' }, 'a host name cannot be looked up now'],
  [{ message: 'http.port: 8080 is in use' }, 'http.port: 8080 is in use'],
];
for (const [fields, line] of failures) {
  test(`a start that fails is one line, exit code 1: ${line}`, async t => {
    const terminal = fakeTerminal({ startNode: () => Promise.reject(Object.assign(new Error('x'), fields)) });
    t.is(await main(['up'], terminal), 1);
    t.is(terminal.told.length, 1);
    t.true(terminal.told[0]!.startsWith(`zrtc: cannot start: ${line}`), terminal.told[0]);
  });
}

test('ports in use by a zrtc that runs already: the line says so', async t => {
  const asked: string[] = [];
  const startNode = () => Promise.reject(new Error('UDP 127.0.0.1:7000 is in use by another program'));
  const line = 'zrtc: cannot start: UDP 127.0.0.1:7000 is in use by another program';
  const told = async (fetch: Terminal['fetch']) => {
    const terminal = fakeTerminal({ startNode, fetch });
    t.is(await main(['up', '--http.port', '8443', '--tls'], terminal), 1);
    return terminal.told;
  };
  const live = await told(async url => {
    asked.push(url.href);
    return Response.json({ status: 'live', node: 'zrtc-7' });
  });
  t.deepEqual(asked, ['https://127.0.0.1:8443/live']);
  t.deepEqual(live, [
    `${line}; perhaps because a zrtc already runs here: node zrtc-7 at https://127.0.0.1:8443`,
  ]);
  t.deepEqual(await told(async () => new Response('something else')), [line]);
  t.deepEqual(await told(() => Promise.reject(new Error('refused'))), [line]);
});
