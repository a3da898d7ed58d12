/**
 * The native engine's addon (src/), built by `npm ci` where it can be: its types, and how it is loaded. It does what is
 * multiplied by viewers, a batch in a call, and decides nothing.
 */
import { createRequire } from 'node:module';
import type { AddMultiples } from '../fec/port.ts';

/** A session's SRTP; keys and salts are the master's (RFC 5764 section 4.2). */
export interface NativeSrtp {
  /** The length of what was written to `to`, which is as long as the packet; below 0, a refusal (src/srtp_session.h). */
  openRtp(packet: Uint8Array, to: Uint8Array): number;
  openRtcp(packet: Uint8Array, to: Uint8Array): number;
  /** The length of what was written to `to`, which has SEAL_OVERHEAD_MAX bytes more than the packet; 0 for no packet. */
  sealRtp(packet: Uint8Array, to: Uint8Array): number;
  sealRtcp(packet: Uint8Array, to: Uint8Array): number;
}

/** The longest that a profile makes a packet, in bytes. */
export const SEAL_OVERHEAD_MAX = 20;

/** The sockets of one port, one for each local address. */
export interface NativeUdp {
  /** The port and the buffers that were granted, in bytes; or an errno, below 0. */
  open(
    address: string,
    port: number,
    receiveBufferBytes: number,
    sendBufferBytes: number,
  ): readonly [port: number, receiveBufferBytes: number, sendBufferBytes: number] | number;
  /**
   * Queues a datagram that leaves by the local address of that number; false when it cannot be. One that must not be
   * fragmented goes to the kernel at once, after those before it.
   */
  send(
    bytes: Uint8Array,
    address: number,
    remoteAddress: string,
    remotePort: number,
    dontFragment: boolean,
  ): boolean;
  /** Gives what was queued to the kernel. */
  flush(): void;
  counters(): readonly [
    received: number,
    bytesReceived: number,
    truncated: number,
    sent: number,
    bytesSent: number,
    errors: number,
    overwritten: number,
    torn: number,
  ];
  close(): void;
}

/**
 * A viewer's end of a track. `words` is an Int32Array over the slab that the packet lies in, if another thread's; whoever sends
 * keeps it until the next flush, when it is looked at again.
 */
export interface NativeOutlet {
  /** Where it leads from now on: by which of the sockets, and to whom. */
  lead(udp: NativeUdp, address: number, remoteAddress: string, remotePort: number): void;
  /** What the viewer's sequence numbers are beyond the track's. */
  setNumberOffset(offset: number): void;
  /** Whether the packet was queued. */
  send(
    bytes: Uint8Array,
    sequenceNumber: number,
    timestamp: number,
    words: Int32Array | undefined,
    generationIndex: number,
    generation: number,
  ): boolean;
  sendRtx(
    bytes: Uint8Array,
    sequenceNumber: number,
    timestamp: number,
    words: Int32Array | undefined,
    generationIndex: number,
    generation: number,
    rtxSequenceNumber: number,
  ): boolean;
}

/** The viewers at a track's live edge. */
export interface NativeGroup {
  add(outlet: NativeOutlet): void;
  remove(outlet: NativeOutlet): void;
  /**
   * Queues each packet for each member, and says how many that came to. `facts` has five numbers a packet: sequence
   * number, timestamp, padding in bytes, index of the page's generation among `words`, and that generation. `stays` has a
   * byte a packet, which is not 0 where the bytes stay what they are until the flush: to members without SRTP they are sent
   * from where they lie.
   */
  send(
    packets: readonly Uint8Array[],
    words: readonly (Int32Array | undefined)[],
    facts: Int32Array,
    stays?: Uint8Array,
  ): number;
}

/** A DTLS handshake by OpenSSL, of either side, without records, loss or time. */
export interface NativeDtlsHandshake {
  /** The one certificate that the peer may show, in DER; without, it may show none. */
  admit(certificateDer: Uint8Array): void;
  /**
   * Goes on with records that hold the peer's next message, or with nothing to begin: the messages that are to be sent, each
   * with its header; or the number of the alert with which it is over.
   */
  take(records: Uint8Array): Uint8Array | number;
  /** The key block (RFC 5246 section 6.3), once both halves of the key exchange are there. */
  recordKeys(): Uint8Array | undefined;
  /** What the exporter makes (RFC 5764 section 4.2), once it is complete; its length tells the profile. */
  srtpKeys(): Uint8Array | undefined;
  /** Frees what OpenSSL keeps of it, some tens of kilobytes. */
  release(): void;
}

export interface NativeDtlsContext {
  /** Not there: only that no other object is taken for one. */
  readonly isNativeDtlsContext?: never;
}

/** One direction of a relay link under one key: AES-256-GCM, the number of the datagram as its nonce. */
export interface NativeSeal {
  /** Writes header, sealed payload and tag to `to`; how long they are, 0 when the cipher fails. */
  seal(number: number, header: Uint8Array, payload: Uint8Array, to: Uint8Array): number;
  /** How long what was sealed behind the header is, written to `to`, which is as long as the datagram; -1 for a forgery. */
  open(number: number, datagram: Uint8Array, headerBytes: number, to: Uint8Array): number;
}

export interface NativeAddon {
  /** What all handshakes of one side share; the key as PKCS #8 in DER. */
  readonly NativeDtlsContext: new (
    isServer: boolean,
    certificateDer: Uint8Array,
    privateKey: Uint8Array,
  ) => NativeDtlsContext;
  readonly NativeDtlsHandshake: new (context: NativeDtlsContext) => NativeDtlsHandshake;
  readonly NativeSrtp: new (
    isGcm: boolean,
    localKey: Uint8Array,
    localSalt: Uint8Array,
    remoteKey: Uint8Array,
    remoteSalt: Uint8Array,
  ) => NativeSrtp;
  readonly NativeUdp: {
    /**
     * `staging` has READ_BATCH places of READ_BYTES, and `told` as many of TOLD_BYTES: u16 length, u16 port, u8 family,
     * and from byte 8 on the address.
     */
    new (
      staging: Uint8Array,
      told: Uint8Array,
      /** `isLast`: the turn ends with these, which nothing else tells. */
      onDatagrams: (address: number, count: number, isLast: boolean) => void,
      onTurnEnd: () => void,
    ): NativeUdp;
    readonly READ_BATCH: number;
    readonly READ_BYTES: number;
    readonly TOLD_BYTES: number;
  };
  /** Without SRTP packets leave as they are. */
  readonly NativeOutlet: new (
    srtp: NativeSrtp | undefined,
    ssrc: number,
    rtxSsrc: number,
    payloadTypes: Int8Array,
    rtxPayloadTypes: Int8Array,
    extensionIds: Uint8Array | undefined,
  ) => NativeOutlet;
  readonly NativeGroup: new () => NativeGroup;
  readonly NativeSeal: new (key: Uint8Array) => NativeSeal;
  /** Many bytes at a time, where the processor can (src/field_sums.cc). */
  readonly addMultiples: AddMultiples;
  /** Writes the HMAC-SHA1 of the bytes to `digest`, which has 20; the password has 256 bytes of UTF-8 at most. */
  hmacSha1(password: string, bytes: Uint8Array, digest: Uint8Array): void;
  /** Binds this thread to one of the CPUs that it may run on, round and round; the CPU's number, or -1. */
  pinThread(index: number): number;
}

/** The addon, or why there is none. `folder` is where it was built. */
export function loadAddon(folder = process.env.NATIVE_BUILD ?? 'build'): NativeAddon | string {
  try {
    return createRequire(import.meta.url)(`./${folder}/Release/zrtc_native.node`) as NativeAddon;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
  }
}
