/** The two engines that media goes through, and which of them a core shard has. */
import type { DtlsCertificate } from './dtls/certificate.ts';
import type { DtlsFactory } from './dtls/port.ts';
import { makeDtlsServerFactory } from './dtls/server.ts';
import type { FanoutFactory } from './fanout/port.ts';
import { PortableFanout } from './fanout/portable.ts';
import { addMultiples } from './fec/gf256.ts';
import type { AddMultiples } from './fec/port.ts';
import { loadAddon, type NativeAddon } from './native/addon.ts';
import { makeNativeDtlsFactory } from './native/dtls.ts';
import { NativeFanout } from './native/fanout.ts';
import { makeNativeHmacSha1 } from './native/hmac-sha1.ts';
import { AddonSeal } from './native/seal.ts';
import { NativeSrtpTransform } from './native/srtp.ts';
import { NativeUdpSocket } from './native/udp.socket.ts';
import { systemRandom } from './random.ts';
import { type MakeSeal, sealWithNode } from './relay/sealing.ts';
import type { SrtpKeys, SrtpTransform } from './srtp/port.ts';
import { createSrtpTransform } from './srtp/transform.ts';
import { type HmacSha1, hmacSha1 } from './stun/hmac-sha1.ts';
import { openUdp, type UdpOptions, type UdpSocket } from './udp/udp.socket.ts';

export interface Engine {
  readonly name: 'native' | 'portable';
  /** Why it is not the native one, where that was wished for or left open; for people. */
  readonly reason?: string;
  openSocket(options: UdpOptions): Promise<UdpSocket>;
  /** Whether its sockets can send a datagram whole or not at all, as a probe of a path's MTU has to go (RFC 8899 section 3). */
  readonly sendsWhole: boolean;
  makeDtls(certificate: DtlsCertificate): DtlsFactory;
  makeSrtp(keys: SrtpKeys): SrtpTransform;
  readonly makeFanout: FanoutFactory;
  /** For checks of ICE. */
  readonly hmacSha1: HmacSha1;
  /** Of relay links. */
  readonly makeSeal: MakeSeal;
  /** For the parity of relay links. */
  readonly addMultiples: AddMultiples;
  /** Binds this thread to a CPU of its own, as far as there are so many. */
  pinThread(index: number): void;
}

/** `auto` is the native engine where it has been built. */
export type EngineWish = 'auto' | 'native' | 'portable';

/** Throws when the native engine is wished for and there is none. */
export function chooseEngine(wish: EngineWish): Engine {
  if (wish === 'portable') return portableEngine;
  const addon = loadAddon();
  if (typeof addon !== 'string') return nativeEngine(addon);
  if (wish === 'native') throw new Error(`the native engine cannot be had: ${addon} (npm run native:build)`);
  return { ...portableEngine, reason: addon };
}

const portableEngine: Engine = {
  name: 'portable',
  openSocket: openUdp,
  sendsWhole: false,
  makeDtls: certificate => makeDtlsServerFactory({ certificate, random: systemRandom }),
  makeSrtp: createSrtpTransform,
  makeFanout: send => new PortableFanout(send),
  hmacSha1,
  makeSeal: sealWithNode,
  addMultiples,
  pinThread() {},
};

function nativeEngine(addon: NativeAddon): Engine {
  return {
    ...portableEngine,
    name: 'native',
    openSocket: options => NativeUdpSocket.open(addon, options),
    sendsWhole: true,
    makeDtls: certificate => makeNativeDtlsFactory(addon, certificate),
    makeSrtp: keys => new NativeSrtpTransform(addon, keys),
    makeFanout: () => new NativeFanout(addon),
    hmacSha1: makeNativeHmacSha1(addon),
    makeSeal: key => new AddonSeal(addon, key),
    addMultiples: addon.addMultiples,
    pinThread: index => void addon.pinThread(index),
  };
}
