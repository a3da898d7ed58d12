/** Opening what peers made up, by both engines: they say the same of it, and the native one writes nowhere else. */
import assert from 'node:assert/strict';
import type { SeededRandom } from '../../../../simulations/seeded-random.ts';
import type { NativeSrtp } from '../../../../transports/native/addon.ts';
import type { SrtpRefusal } from '../../../../transports/srtp/port.ts';
import { createSrtpTransform } from '../../../../transports/srtp/transform.ts';
import { builtAddon } from '../../engines.ts';
import { profiles, rtcpPacket, rtpPacket, sessionKeys } from '../../srtp/packets.ts';
import { mutated } from './mutations.ts';
import { below, oneOf, type Round, someLength } from './rounds.ts';

const PACKETS_A_ROUND = 3000;
const GUARD_BYTES = 64;
const GUARD = 0xee;
/** By the addon's numbers, from -1 down (src/srtp_session.h). */
const refusals: readonly SrtpRefusal[] = ['malformed', 'authentication', 'replay', 'too many sources'];

export function openingRound(kind: 'Rtp' | 'Rtcp'): Round {
  const { NativeSrtp } = builtAddon();
  return random => {
    const profile = oneOf(random, profiles);
    const { a, b } = sessionKeys(profile);
    const sender = createSrtpTransform(a);
    const portable = createSrtpTransform(b);
    const native = new NativeSrtp(
      profile === 'AEAD_AES_128_GCM',
      b.localKey,
      b.localSalt,
      b.remoteKey,
      b.remoteSalt,
    );
    const earlier: Uint8Array[] = [];
    let sequence = below(random, 65_536);
    for (let i = 0; i < PACKETS_A_ROUND; i += 1) {
      sequence += oneOf(random, [1, 1, 1, -3, 500, 32_000]);
      const ssrc = below(random, 100);
      const sound =
        kind === 'Rtp'
          ? sender.sealRtp(madeUpRtp(random, sequence, ssrc))
          : sender.sealRtcp(rtcpPacket(ssrc, below(random, 256)).slice(0, 8 + below(random, 25)));
      earlier.push(sound);
      if (earlier.length > 50) earlier.shift();
      const packet = oneOf(random, [sound, oneOf(random, earlier), mutated(random, sound)]);
      const expected = portable[`open${kind}`](packet);
      const opened = openGuarded(native, kind, Uint8Array.from(packet));
      assert.deepEqual(typeof opened === 'string' ? opened : [...opened], plain(expected), `packet ${i}`);
    }
  };
}

const plain = (opened: Uint8Array | SrtpRefusal) => (typeof opened === 'string' ? opened : [...opened]);

function madeUpRtp(random: SeededRandom, sequence: number, ssrc: number): Uint8Array {
  return rtpPacket(
    sequence & 0xffff,
    ssrc,
    someLength(random, 11),
    oneOf(random, [0, 0, 1, 4]),
    oneOf(random, [0, 0, 1, 15]),
  );
}

/** With bytes before and behind the place that it is opened into, which have to stay as they are. */
function openGuarded(native: NativeSrtp, kind: 'Rtp' | 'Rtcp', packet: Uint8Array): Uint8Array | SrtpRefusal {
  const guarded = new Uint8Array(packet.length + 2 * GUARD_BYTES).fill(GUARD);
  const to = guarded.subarray(GUARD_BYTES, GUARD_BYTES + packet.length);
  const before = packet.slice();
  const length = native[`open${kind}`](packet, to);
  assert.deepEqual(packet, before, 'the packet itself was written to');
  const isWhole = (bytes: Uint8Array) => bytes.every(byte => byte === GUARD);
  assert.ok(isWhole(guarded.subarray(0, GUARD_BYTES)), 'written before the place');
  assert.ok(isWhole(guarded.subarray(GUARD_BYTES + packet.length)), 'written behind the place');
  assert.ok(length <= packet.length);
  return length < 0 ? refusals[-1 - length]! : to.slice(0, length);
}
