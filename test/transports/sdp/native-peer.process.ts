/**
 * A peer connection of a native library, in a process of its own: both libraries crash the thread that unloads them.
 * It does what it is asked by message, and is killed when the test has seen enough.
 */
import { loadLibdatachannel, loadLibwebrtc, type PeerReply, type PeerRequest } from './native-peers.ts';

const peer = process.argv[2] === 'libdatachannel' ? await loadLibdatachannel() : await loadLibwebrtc();

process.on('message', async (request: PeerRequest) => {
  const reply: PeerReply = await peer(request).catch((error: unknown) => ({ error: String(error) }));
  process.send?.(reply);
});
