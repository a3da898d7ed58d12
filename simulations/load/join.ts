/** One load client joins a real node: calls, socket, and its core driven by the clock. */
import type { Clock } from '../../transports/clock.ts';
import { type ClientCore, type Driven, drive } from './drive.ts';
import { LoadViewer, type LoadViewerOptions } from './load-viewer.ts';
import { readServerTransport, type ServerTransport } from './server-sdp.ts';
import type { Signalling } from './signalling.socket.ts';

/** Where to, and as what. */
export interface Calling {
  readonly clock: Clock;
  readonly signalling: Signalling;
  readonly stream: string;
  /** Decides on which core the session is, where the node has several. */
  readonly uid?: string;
  /** False where a viewer is to get plain RTP. */
  readonly encryption?: boolean;
}

export interface JoinOptions extends LoadViewerOptions, Calling {}

export interface Joined {
  readonly viewer: LoadViewer;
  /** The id of its session. */
  readonly session: string;
  /** Says goodbye; resolves once its socket is closed. */
  leave(): Promise<void>;
}

/** What any kind of load viewer has. */
export interface ViewerCore extends ClientCore {
  accept(sdp: string): { readonly answer: string; readonly candidate: ServerTransport['candidate'] };
  connect(nowMs: number): void;
  leave(nowMs: number): void;
}

/** What any kind of load publisher has. */
export interface PublisherCore extends ClientCore {
  readonly offer: string;
  connect(nowMs: number, remote: ServerTransport): void;
  leave(nowMs: number): void;
}

export interface Called {
  /** The id of its session. */
  readonly session: string;
  /** The core has something to send that nothing from the server made it send. */
  settle(): void;
  /** Says goodbye; resolves once its socket is closed. */
  leave(): Promise<void>;
}

interface Answered {
  readonly session: string;
  readonly sdp: string;
}

/** Resolves once the server has taken the answer; connecting goes on by itself. Rejects when a call is refused. */
export async function join(options: JoinOptions): Promise<Joined> {
  const viewer = new LoadViewer(options);
  return { viewer, ...(await pull(viewer, options)) };
}

/** The same for a viewer that there is already. */
export async function pull(
  viewer: ViewerCore,
  { clock, signalling, stream, uid, encryption }: Calling,
): Promise<Called> {
  const { session, sdp } = await signalling.post<Answered>('/signaling/pull', { stream, uid, encryption });
  const { answer, candidate } = viewer.accept(sdp);
  const driven = await drive(viewer, clock, candidate);
  try {
    await signalling.post('/signaling/sendanswer', { session, sdp: answer });
  } catch (error) {
    await driven.close();
    throw error;
  }
  viewer.connect(clock.nowMs());
  driven.settle();
  return { session, settle: driven.settle, leave: () => left(viewer, driven, clock) };
}

/** Resolves once the server has answered; connecting goes on by itself. Rejects when the call is refused. */
export async function push(
  publisher: PublisherCore,
  { clock, signalling, stream, uid }: Calling,
): Promise<Called> {
  const offer = { stream, uid, sdp: publisher.offer };
  const { session, sdp } = await signalling.post<Answered>('/signaling/push', offer);
  const server = readServerTransport(sdp);
  const driven = await drive(publisher, clock, server.candidate);
  publisher.connect(clock.nowMs(), server);
  driven.settle();
  return { session, settle: driven.settle, leave: () => left(publisher, driven, clock) };
}

function left(
  core: ClientCore & { leave(nowMs: number): void },
  driven: Driven,
  clock: Clock,
): Promise<void> {
  core.leave(clock.nowMs());
  return driven.close();
}
