import test from 'ava';
import type { NativeGroup, NativeOutlet, NativeSrtp, NativeUdp } from '../../../transports/native/addon.ts';
import { builtAddon } from '../engines.ts';
import { canonicalPacket } from '../fanout/packets.ts';
import { profiles, sessionKeys } from '../srtp/packets.ts';

const {
  NativeGroup: Group,
  NativeOutlet: Outlet,
  NativeSrtp: Srtp,
  NativeUdp: Udp,
  addMultiples,
  hmacSha1,
} = builtAddon();

function makeSrtp(): NativeSrtp {
  const { localKey, localSalt, remoteKey, remoteSalt } = sessionKeys('AEAD_AES_128_GCM').a;
  return new Srtp(true, localKey, localSalt, remoteKey, remoteSalt);
}

const types = () => new Int8Array(128).fill(96);
const makeOutlet = (): NativeOutlet => new Outlet(makeSrtp(), 1, 2, types(), types(), undefined);

function makeUdp(): NativeUdp {
  const { READ_BATCH, READ_BYTES, TOLD_BYTES } = Udp;
  const staging = new Uint8Array(READ_BATCH * READ_BYTES);
  return new Udp(
    staging,
    new Uint8Array(READ_BATCH * TOLD_BYTES),
    () => {},
    () => {},
  );
}

/** Of every kind that JavaScript has, and objects of the addon's own classes in each other's place. */
const values: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  10n,
  'text',
  Symbol('symbol'),
  {},
  [],
  [undefined, 1],
  () => {},
  new Uint8Array(0),
  new Uint8Array(3),
  new Uint8Array(70_000),
  new Int32Array(4),
  new Float64Array(4),
  new DataView(new ArrayBuffer(8)),
  new Uint8Array(new SharedArrayBuffer(20)),
  new Proxy({}, {}),
  Object.create(Srtp.prototype),
  Object.create(Outlet.prototype),
  makeSrtp(),
  makeOutlet(),
  makeUdp(),
  new Group(),
];

/** Every method of every class, and every constructor, with arguments that are right. */
function calls(): readonly (readonly [
  name: string,
  call: (...args: never[]) => unknown,
  right: unknown[],
])[] {
  const srtp = makeSrtp();
  const outlet = makeOutlet();
  const udp = makeUdp();
  const group = new Group();
  const packet = canonicalPacket({});
  const words = new Int32Array(new SharedArrayBuffer(64));
  const key = new Uint8Array(16);
  const salt = new Uint8Array(12);
  const staging = new Uint8Array(Udp.READ_BATCH * Udp.READ_BYTES);
  const told = new Uint8Array(Udp.READ_BATCH * Udp.TOLD_BYTES);
  const make =
    (kind: new (...args: never[]) => unknown) =>
    (...args: never[]) =>
      new kind(...args);
  return [
    ['Srtp', make(Srtp), [true, key, salt, key, salt]],
    ['Outlet', make(Outlet), [srtp, 1, 2, types(), types(), undefined]],
    ['Udp', make(Udp), [staging, told, () => {}, () => {}]],
    ['openRtp', srtp.openRtp.bind(srtp), [packet, new Uint8Array(packet.length)]],
    ['openRtcp', srtp.openRtcp.bind(srtp), [packet, new Uint8Array(packet.length)]],
    ['sealRtp', srtp.sealRtp.bind(srtp), [packet, new Uint8Array(packet.length + 20)]],
    ['sealRtcp', srtp.sealRtcp.bind(srtp), [packet, new Uint8Array(packet.length + 20)]],
    ['udp.send', udp.send.bind(udp), [packet, 0, '127.0.0.1', 9]],
    ['lead', outlet.lead.bind(outlet), [udp, 0, '127.0.0.1', 9]],
    ['setNumberOffset', outlet.setNumberOffset.bind(outlet), [1]],
    ['send', outlet.send.bind(outlet), [packet, 1, 2, words, 0, 0]],
    ['sendRtx', outlet.sendRtx.bind(outlet), [packet, 1, 2, words, 0, 0, 3]],
    ['add', group.add.bind(group), [outlet]],
    ['group.send', group.send.bind(group), [[packet], [words], new Int32Array(5), new Uint8Array(1)]],
    ['Outlet, plain', make(Outlet), [undefined, 1, 2, types(), types(), undefined]],
    [
      'addMultiples',
      addMultiples,
      [new Uint8Array(4), new Uint8Array(4), Int32Array.of(0, 4, 1, 0, 4, 1), 2],
    ],
    ['hmacSha1', hmacSha1, ['password', packet, new Uint8Array(20)]],
    ['remove', group.remove.bind(group), [outlet]],
    ['flush', udp.flush.bind(udp), []],
    ['counters', udp.counters.bind(udp), []],
    ['open', udp.open.bind(udp), ['127.0.0.1', 0, 0, 0]],
    ['close', udp.close.bind(udp), []],
  ] as never;
}

test('whatever it is called with, the addon does it or throws, and goes on', t => {
  const refused = new Map<string, number>();
  for (const [name, call, right] of calls()) {
    t.notThrows(() => call(...(right as never[])), name);
    for (let at = 0; at < right.length; at += 1)
      for (const value of values) {
        const wrong = right.with(at, value);
        for (const args of [wrong, wrong.slice(0, at + 1)]) {
          try {
            call(...(args as never[]));
          } catch (error) {
            t.true(error instanceof TypeError || error instanceof RangeError, `${name}: ${error}`);
            refused.set(name, (refused.get(name) ?? 0) + 1);
          }
        }
      }
  }
  for (const name of [
    'Srtp',
    'Outlet',
    'Udp',
    'openRtp',
    'sealRtcp',
    'lead',
    'add',
    'remove',
    'group.send',
    'addMultiples',
    'hmacSha1',
  ])
    t.true((refused.get(name) ?? 0) > values.length / 2, `${name}: ${refused.get(name)}`);
});

test('no method runs on what is not of its class', t => {
  const methods: readonly (readonly [object, string])[] = [
    [Srtp.prototype, 'openRtp'],
    [Outlet.prototype, 'send'],
    [Udp.prototype, 'send'],
    [Group.prototype, 'send'],
  ];
  for (const [prototype, name] of methods) {
    const method = (prototype as Record<string, (...args: unknown[]) => unknown>)[name]!;
    for (const value of values) {
      if (value instanceof (prototype.constructor as never)) continue;
      t.throws(() => method.call(value, new Uint8Array(20), new Uint8Array(40)), { any: true });
    }
    t.throws(() => method.call(Object.create(prototype)), { any: true });
  }
});

test('keys of a wrong length are a RangeError, as with the portable engine', t => {
  for (const profile of profiles) {
    const { localKey, localSalt, remoteKey, remoteSalt } = sessionKeys(profile).a;
    const isGcm = profile === 'AEAD_AES_128_GCM';
    const wrong = { instanceOf: RangeError };
    t.throws(() => new Srtp(isGcm, localKey.subarray(1), localSalt, remoteKey, remoteSalt), wrong);
    t.throws(() => new Srtp(isGcm, localKey, localSalt, remoteKey, remoteSalt.subarray(1)), wrong);
    t.throws(() => new Srtp(!isGcm, localKey, localSalt, remoteKey, remoteSalt), wrong);
  }
});

test('sockets are not opened any more once they have been closed', t => {
  const udp = makeUdp();
  udp.close();
  t.throws(() => udp.open('127.0.0.1', 0, 0, 0), { instanceOf: TypeError });
  udp.close();
});

test('pages outside of a slab are refused', t => {
  const outlet = makeOutlet();
  const group: NativeGroup = new Group();
  group.add(outlet);
  const packet = canonicalPacket({});
  const words = new Int32Array(new SharedArrayBuffer(64));
  for (const index of [-1, 16, 2 ** 31 - 1]) {
    t.throws(() => outlet.send(packet, 1, 2, words, index, 0), { instanceOf: TypeError });
    t.throws(() => group.send([packet], [words], Int32Array.of(1, 2, 0, index, 0)), {
      instanceOf: TypeError,
    });
  }
  t.throws(() => group.send([packet], [words], Int32Array.of(1, 2, 256, 0, 0)), { instanceOf: TypeError });
  t.throws(() => group.send([packet, packet], [words, words], new Int32Array(9)), { instanceOf: TypeError });
});
