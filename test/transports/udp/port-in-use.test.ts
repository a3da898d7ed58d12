import test from 'ava';
import { engines } from '../engines.ts';
import { recordingSink } from './recording-sink.ts';

for (const { name, openSocket } of engines) {
  const open = (port: number, ...addresses: string[]) =>
    openSocket({ port, addresses, sink: recordingSink() });

  test(`${name}: a port in use is named, with its address and the setting`, async t => {
    const first = await open(0, '127.0.0.1');
    t.teardown(() => first.close());
    const error = await t.throwsAsync(open(first.port, '127.0.0.1'), { code: 'EADDRINUSE' });
    t.true(error.message.includes(`127.0.0.1:${first.port}`), error.message);
    t.true(error.message.includes('media.port'), error.message);
  });

  test(`${name}: a port that only some addresses have free is opened on none`, async t => {
    const first = await open(0, '127.0.0.2');
    t.teardown(() => first.close());
    await t.throwsAsync(open(first.port, '127.0.0.1', '127.0.0.2'), { code: 'EADDRINUSE' });
    const other = await open(first.port, '127.0.0.1');
    t.is(other.port, first.port);
    await other.close();
  });

  test(`${name}: an address that this machine has not is named`, async t => {
    const error = await t.throwsAsync(open(0, '192.0.2.77'), { code: 'EADDRNOTAVAIL' });
    t.true(error.message.includes('192.0.2.77'), error.message);
  });

  for (const [address, problem] of [
    ['0.0.0.0', 'wildcard'],
    ['::', 'wildcard'],
    ['localhost', 'not an IP address'],
  ] as const)
    test(`${name}: ${address} is refused`, async t => {
      await t.throwsAsync(open(0, address), { message: new RegExp(problem) });
    });

  test(`${name}: without an address there is nothing to open`, async t => {
    await t.throwsAsync(open(0), { message: /no local address/ });
  });
}
