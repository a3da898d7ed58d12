/** Thousands of viewers in this process, on one socket: they join a real node, and the native load clients do the rest. */
import type { Clock, Timer } from '../../transports/clock.ts';
import type { DtlsCertificate } from '../../transports/dtls/certificate.ts';
import type { Fingerprint } from '../../transports/dtls/port.ts';
import { loadAddon } from '../../transports/native/addon.ts';
import { makeDtlsContext } from '../../transports/native/dtls.ts';
import type { Random } from '../../transports/random.ts';
import type { MediaKind } from '../../transports/rtp/codec.ts';
import { type Counted, CrowdViewer } from './crowd-viewer.ts';
import { DtlsClient } from './dtls-client.ts';
import { NativeClientHandshake } from './native-client-handshake.ts';
import { loadNativeLoad } from './native-load.ts';
import type { Signalling } from './signalling.socket.ts';

/**
 * What the process may be late by before it measures itself: a second of 220,000 packets. Linux doubles it, and counts some
 * 2.3 KB for a packet of 900 bytes, its own notes on it included.
 */
const RECEIVE_BUFFER_BYTES = 256 * 1024 * 1024;
/** How exactly a handshake's flights are repeated. */
const TURN_MS = 20;

export interface ViewerCrowdOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly certificate: DtlsCertificate;
  readonly signalling: Signalling;
}

/** Whom one of them watches, and as what. */
export interface CrowdPull {
  readonly stream: string;
  /** Decides on which core the session is, where the node has several. */
  readonly uid?: string;
  readonly kinds: readonly MediaKind[];
  /** Whether it decrypts and measures. */
  readonly isSample: boolean;
}

export interface ViewerCrowd {
  /** Of the one socket, which all its viewers have. */
  readonly port: number;
  /** What the kernel granted, in bytes. */
  readonly receiveBufferBytes: number;
  /** Its call goes out; what it comes to, the member knows. */
  join(pull: CrowdPull): CrowdMember;
  /** Goodbye of one. */
  leave(member: CrowdMember): void;
  /** While it does not read, the kernel drops what comes, and consent goes on. Reading begins with new counts. */
  setReading(isReading: boolean): void;
  /** Counts begin anew; samples note the delays of what is sent from `fromMs` on and before `toMs`. */
  measure(fromMs: number, toMs: number): void;
  /** Of all who are there. */
  readonly counted: Counted;
  close(): void;
}

export interface CrowdMember {
  readonly viewer: CrowdViewer;
  /** The id of its session, once it has one. */
  readonly session: string | undefined;
  /** Why the server would not have it. */
  readonly refusal: string | undefined;
  /** When the server had taken its answer, ms. */
  readonly answeredAtMs: number | undefined;
}

/** Throws an Error for people when there are no native load clients, or no socket. */
export function openViewerCrowd(options: ViewerCrowdOptions): ViewerCrowd {
  const { clock, random, certificate, signalling } = options;
  const viewers: CrowdViewer[] = [];
  const handshaking = new Set<CrowdViewer>();
  let timer: Timer | undefined;
  const arm = () => {
    if (handshaking.size === 0) return;
    timer ??= clock.setTimer(TURN_MS, () => {
      timer = undefined;
      const nowMs = clock.nowMs();
      for (const viewer of handshaking) {
        const dueAtMs = viewer.deadline()?.atMs;
        if (dueAtMs !== undefined && dueAtMs <= nowMs) viewer.advance(nowMs);
        if (viewer.connectedAtMs !== undefined || viewer.endReason !== undefined) handshaking.delete(viewer);
      }
      arm();
    });
  };
  const makeDtls = dtlsClients(certificate);
  const { fingerprint } = certificate;
  const { NativeCrowd } = loadNativeLoad();
  const crowd = new NativeCrowd(
    number => viewers[number]?.checked(clock.nowMs()),
    (number, bytes) => viewers[number]?.receiveDtls(clock.nowMs(), bytes),
  );
  const opened = crowd.open(RECEIVE_BUFFER_BYTES);
  if (typeof opened === 'number') throw new Error(`no socket for load clients (errno ${-opened})`);
  const [port, receiveBufferBytes] = opened;

  const call = async (member: Writable<CrowdMember>, { stream, uid }: CrowdPull) => {
    try {
      const { session, sdp } = await signalling.post<Pulled>('/signaling/pull', { stream, uid });
      member.session = session;
      await signalling.post('/signaling/sendanswer', { session, sdp: member.viewer.accept(sdp) });
      member.answeredAtMs = clock.nowMs();
      member.viewer.connect();
      handshaking.add(member.viewer);
      arm();
    } catch (error) {
      member.refusal = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    port,
    receiveBufferBytes,
    join(pull) {
      const { kinds, isSample } = pull;
      const viewer = new CrowdViewer(crowd, { fingerprint, makeDtls, random, kinds, isSample });
      viewers[viewer.number] = viewer;
      const member = { viewer, session: undefined, refusal: undefined, answeredAtMs: undefined };
      call(member, pull);
      return member;
    },
    leave({ viewer }) {
      viewer.leave(clock.nowMs());
      handshaking.delete(viewer);
    },
    setReading: isReading => crowd.setReading(isReading),
    measure: (fromMs, toMs) => crowd.measure(fromMs, toMs),
    get counted() {
      const [packets, bytes, lost, repeated] = crowd.totals();
      return { packets, bytes, lost, repeated };
    },
    close() {
      timer?.cancel();
      handshaking.clear();
      crowd.close();
    },
  };
}

/** Makes one for each server, by its fingerprint; all show the same certificate. */
function dtlsClients(certificate: DtlsCertificate): (remote: Fingerprint) => DtlsClient {
  const addon = loadAddon();
  if (typeof addon === 'string') throw new Error(`native load clients need the native engine: ${addon}`);
  const context = makeDtlsContext(addon, false, certificate);
  return remote => new DtlsClient(new NativeClientHandshake(addon, context, [remote]));
}

interface Pulled {
  readonly session: string;
  /** The server's offer. */
  readonly sdp: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
