/**
 * The native load clients (../native/src), built by `npm ci` where they can be: their types, and how they are loaded. For
 * benches and tests only: thousands of viewers in a process that cost a server's opposite as little as can be.
 */
import { createRequire } from 'node:module';

/** Viewers by the thousand, on one UDP socket; each has a source address of its own out of 127.0.0.0/8. */
export interface NativeCrowd {
  /** Its port and the receive buffer that was granted, in bytes; or an errno, below 0. */
  open(receiveBufferBytes: number): readonly [port: number, receiveBufferBytes: number] | number;
  /** The number of a new viewer, which says nothing yet. A sample decrypts what comes, and notes how old it is. */
  add(isSample: boolean): number;
  /** Checks begin; `username` is the server's fragment, a colon and the viewer's. 0 for an SSRC that is not taken. */
  connect(
    viewer: number,
    address: string,
    port: number,
    username: string,
    password: string,
    videoSsrc: number,
    audioSsrc: number,
  ): boolean;
  sendDtls(viewer: number, bytes: Uint8Array): void;
  /** The handshake is done; keys and salts are the master's. */
  secure(
    viewer: number,
    isGcm: boolean,
    localKey: Uint8Array,
    localSalt: Uint8Array,
    remoteKey: Uint8Array,
    remoteSalt: Uint8Array,
  ): void;
  /** It is gone, without a word. */
  remove(viewer: number): void;
  /** While it does not read, the kernel drops what comes; the viewers' consent goes on. Reading begins with new counts. */
  setReading(isReading: boolean): void;
  /** Counts begin anew; samples note the delays of what is sent from `fromMs` on and before `toMs`. */
  measure(fromMs: number, toMs: number): void;
  /** Undefined for one that is gone. */
  counts(
    viewer: number,
  ):
    | readonly [received: number, bytes: number, lost: number, repeated: number, mediaAtMs: number]
    | undefined;
  /** Of all that are there; then datagrams of the socket. */
  totals(): readonly [
    received: number,
    bytes: number,
    lost: number,
    repeated: number,
    datagramsReceived: number,
    datagramsSent: number,
    datagramsRefused: number,
  ];
  /** Of a sample: from each packet's mark until the kernel had it, ms. */
  delays(viewer: number): Float32Array;
  close(): void;
}

/** A TUN device in another network namespace: what its kernel sends by it, and what comes in there. */
export interface NativeTun {
  /** Whether the kernel took it. */
  write(packet: Uint8Array): boolean;
  /** The device is gone with this. */
  close(): void;
}

export interface NativeLoad {
  /** Makes the device in the namespace of that file (/proc/PID/ns/net). Throws an Error for people where it cannot. */
  readonly NativeTun: new (
    namespaceFile: string,
    name: string,
    onPacket: (packet: Uint8Array) => void,
  ) => NativeTun;
  readonly NativeCrowd: new (
    /** The server has answered that viewer's check: the handshake may begin. */
    onChecked: (viewer: number) => void,
    onDtls: (viewer: number, bytes: Uint8Array) => void,
  ) => NativeCrowd;
  /**
   * What it takes at the least to seal packets by AES-GCM and to send them to so many viewers (../native/src/floor.h); blocks
   * for as long. `packetBytes` are of RTP before it is sealed, one burst after the other. `delaysMs` are of one packet in some,
   * from its burst's time until the kernel had it.
   */
  measureFloor(
    viewers: number,
    burstTimesMs: Float64Array,
    burstPackets: Int32Array,
    packetBytes: Int32Array,
    isPaced: boolean,
    durationMs: number,
  ): readonly [packets: number, cpuMs: number, delaysMs: Float64Array];
}

/** Throws an Error for people when they are not built. */
export function loadNativeLoad(): NativeLoad {
  try {
    return createRequire(import.meta.url)('../native/build/Release/zrtc_load.node') as NativeLoad;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw new Error(`the native load clients are not built (npm run native:build): ${reason}`);
  }
}
