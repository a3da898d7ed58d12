import test from 'ava';
import { engines } from '../engines.ts';
import { recordingSink } from './recording-sink.ts';

/** Below what any system allows, and above it. */
const MODEST_BYTES = 65_536;
const IMMODEST_BYTES = 2 ** 30;

for (const { name, openSocket } of engines)
  test(`${name}: what the kernel granted is told, by the least of the addresses`, async t => {
    const addresses = ['127.0.0.1', '127.0.0.2'];
    const modest = await openSocket({
      port: 0,
      addresses,
      sink: recordingSink(),
      receiveBufferBytes: MODEST_BYTES,
      sendBufferBytes: MODEST_BYTES,
    });
    t.teardown(() => modest.close());
    t.is(modest.grantedReceiveBufferBytes, MODEST_BYTES);
    t.is(modest.grantedSendBufferBytes, MODEST_BYTES);

    const immodest = await openSocket({
      port: 0,
      addresses,
      sink: recordingSink(),
      receiveBufferBytes: IMMODEST_BYTES,
    });
    t.teardown(() => immodest.close());
    t.true(immodest.grantedReceiveBufferBytes < IMMODEST_BYTES);
    t.true(immodest.grantedReceiveBufferBytes > MODEST_BYTES);
  });
