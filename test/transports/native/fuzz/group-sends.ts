/** Packets of every shape, sound and not, to groups whose members come, go and move while slabs are overwritten. */
import assert from 'node:assert/strict';
import type { SeededRandom } from '../../../../simulations/seeded-random.ts';
import type {
  NativeAddon,
  NativeGroup,
  NativeOutlet,
  NativeUdp,
} from '../../../../transports/native/addon.ts';
import { builtAddon } from '../../engines.ts';
import { canonicalPacket, ourPayloadTypes } from '../../fanout/packets.ts';
import { profiles, sessionKeys } from '../../srtp/packets.ts';
import { mutated } from './mutations.ts';
import { below, oneOf, type Round, runRounds, someLength } from './rounds.ts';

const STEPS_A_ROUND = 2000;
const VIEWERS = 12;
const PACKETS_A_CALL_MAX = 20;
const SLAB_WORDS = 32 * 1024;
/** Nobody reads there; what is sent to `192.0.2.1` has no way, and to port 0 is refused. */
const targets = ['127.0.3.1', '127.0.3.2', '::1', '192.0.2.1', 'nowhere'] as const;

const addon: NativeAddon = builtAddon();

function openSockets(): NativeUdp {
  const { NativeUdp } = addon;
  const { READ_BATCH, READ_BYTES, TOLD_BYTES } = NativeUdp;
  const staging = new Uint8Array(READ_BATCH * READ_BYTES);
  const told = new Uint8Array(READ_BATCH * TOLD_BYTES);
  const udp = new NativeUdp(
    staging,
    told,
    () => {},
    () => {},
  );
  for (const address of ['127.0.0.1', '::1']) assert.ok(Array.isArray(udp.open(address, 0, 0, 0)));
  return udp;
}

function makeOutlet(random: SeededRandom): NativeOutlet {
  const profile = oneOf(random, profiles);
  const { localKey, localSalt, remoteKey, remoteSalt } = sessionKeys(profile).a;
  const isGcm = profile === 'AEAD_AES_128_GCM';
  const srtp = new addon.NativeSrtp(isGcm, localKey, localSalt, remoteKey, remoteSalt);
  const types = () => new Int8Array(random.bytes(128).buffer);
  const ids = oneOf(random, [undefined, random.bytes(16).map(byte => byte & 15)]);
  return new addon.NativeOutlet(srtp, random.uint32(), random.uint32(), types(), types(), ids);
}

function madeUpPacket(random: SeededRandom): Uint8Array {
  const sound = canonicalPacket({
    payloadType: oneOf(random, ourPayloadTypes),
    sequenceNumber: below(random, 65_536),
    extensions: oneOf(random, [[], ['audioLevel'], ['videoOrientation', 'playoutDelay']] as const),
    payloadBytes: oneOf(random, [1000, someLength(random, 11), someLength(random, 16)]),
  });
  return oneOf(random, [sound, sound, mutated(random, sound)]).subarray(0, 65_535);
}

const round: Round = random => {
  let udp = openSockets();
  let words = new Int32Array(new SharedArrayBuffer(4 * SLAB_WORDS));
  const outlets = Array.from({ length: VIEWERS }, () => makeOutlet(random));
  const groups: NativeGroup[] = [new addon.NativeGroup(), new addon.NativeGroup()];
  const page = (): [Int32Array | undefined, number, number] => {
    const index = below(random, SLAB_WORDS);
    return [oneOf(random, [undefined, words]), index, oneOf(random, [words[index]!, 1])];
  };
  const step: readonly (() => void)[] = [
    () =>
      oneOf(random, outlets).lead(udp, below(random, 3) - 1, oneOf(random, targets), below(random, 65_536)),
    () => oneOf(random, outlets).setNumberOffset(random.uint32() & 0xffff),
    () => oneOf(random, groups).add(oneOf(random, outlets)),
    () => oneOf(random, groups).remove(oneOf(random, outlets)),
    () => {
      outlets[below(random, VIEWERS)] = makeOutlet(random);
    },
    () => {
      words[below(random, SLAB_WORDS)]! += 1;
    },
    () => udp.flush(),
    () => {
      const packets = Array.from({ length: below(random, PACKETS_A_CALL_MAX) }, () => madeUpPacket(random));
      const pages = packets.map(page);
      const facts = pages.flatMap(([, index, generation]) => [
        random.uint32() | 0,
        random.uint32() | 0,
        below(random, 256),
        index,
        generation,
      ]);
      oneOf(random, groups).send(
        packets,
        pages.map(([source]) => source),
        Int32Array.from(facts),
      );
    },
    () => {
      const [source, index, generation] = page();
      const numbers = [random.uint32() | 0, random.uint32() | 0] as const;
      const outlet = oneOf(random, outlets);
      outlet.send(madeUpPacket(random), ...numbers, source, index, generation);
      outlet.sendRtx(madeUpPacket(random), ...numbers, source, index, generation, random.uint32() | 0);
    },
    () => {
      // Outlets go on leading to what is closed; what they were made from may be collected once it is sent.
      if (below(random, 20) > 0) return;
      udp.close();
      udp = openSockets();
      words = new Int32Array(new SharedArrayBuffer(4 * SLAB_WORDS));
    },
  ];
  for (let i = 0; i < STEPS_A_ROUND; i += 1) oneOf(random, step)();
  const [, , , sent, bytesSent, errors, overwritten] = udp.counters();
  for (const count of [sent, bytesSent, errors, overwritten])
    assert.ok(Number.isInteger(count) && count >= 0);
  udp.close();
};

await runRounds('group-sends', round);
