/** One load viewer joins a real node: calls, socket, and its core driven by the clock. */
import type { Clock } from '../../transports/clock.ts';
import { drive } from './drive.ts';
import { LoadViewer, type LoadViewerOptions } from './load-viewer.ts';
import type { Signalling } from './signalling.socket.ts';

export interface JoinOptions extends LoadViewerOptions {
  readonly clock: Clock;
  readonly signalling: Signalling;
  readonly stream: string;
}

export interface Joined {
  readonly viewer: LoadViewer;
  /** Says goodbye; resolves once its socket is closed. */
  leave(): Promise<void>;
}

/** Resolves once the server has taken the answer; connecting goes on by itself. Rejects when a call is refused. */
export async function join(options: JoinOptions): Promise<Joined> {
  const { clock, signalling, stream } = options;
  const viewer = new LoadViewer(options);
  const pulled = await signalling.post<{ session: string; sdp: string }>('/signaling/pull', { stream });
  const { answer, candidate } = viewer.accept(pulled.sdp);
  const driven = await drive(viewer, clock, candidate);
  try {
    await signalling.post('/signaling/sendanswer', { session: pulled.session, sdp: answer });
  } catch (error) {
    await driven.close();
    throw error;
  }
  viewer.connect(clock.nowMs());
  driven.settle();
  return {
    viewer,
    leave() {
      viewer.leave(clock.nowMs());
      return driven.close();
    },
  };
}
