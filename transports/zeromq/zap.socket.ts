/** Says who may connect: ZAP, the authentication protocol of ZeroMQ (ZeroMQ RFC 27), within this process. */
import { type Context, Reply } from 'zeromq';
import { z85Decode } from './z85.ts';

/** Where libzmq asks, in each context by itself. */
const ZAP_ENDPOINT = 'inproc://zeromq.zap.01';
const ZAP_VERSION = '1.0';

export interface ZapHandler {
  close(): void;
}

/** Admits over `context` whoever has the secret key to `clientKey` (Z85), and nobody else. */
export async function openZap(context: Context, clientKey: string): Promise<ZapHandler> {
  const admitted = Buffer.from(z85Decode(clientKey)!);
  const socket = new Reply({ context, linger: 0 });
  await socket.bind(ZAP_ENDPOINT);
  void answerAll(socket, admitted);
  return { close: () => socket.close() };
}

/** Requests are version, id, domain, address, identity, mechanism and credentials; CURVE's credential is the key. */
async function answerAll(socket: Reply, admitted: Buffer): Promise<void> {
  try {
    for await (const [, id = '', , , , mechanism, key] of socket) {
      const isAdmitted = mechanism?.toString() === 'CURVE' && key !== undefined && admitted.equals(key);
      const [status, words] = isAdmitted ? ['200', 'OK'] : ['400', 'not of this cluster'];
      // User id and metadata stay empty.
      await socket.send([ZAP_VERSION, id, status, words, '', '']);
    }
  } catch (error) {
    if (!socket.closed) throw error;
  }
}
