/** The native engine's sockets, outlets and groups, for tests of what it sends. */
import { NativeFanout } from '../../../transports/native/fanout.ts';
import { NativeSrtpTransform } from '../../../transports/native/srtp.ts';
import { NativeUdpSocket } from '../../../transports/native/udp.socket.ts';
import type { DatagramSink } from '../../../transports/udp/port.ts';
import type { UdpOptions } from '../../../transports/udp/udp.socket.ts';
import { builtAddon } from '../engines.ts';
import { outletTerms } from '../fanout/packets.ts';
import { sessionKeys } from '../srtp/packets.ts';

export const silentSink: DatagramSink = { receive() {}, batchEnd() {} };

/** On `127.0.0.1` and a port of its own, for a sink that nobody tells anything, if nothing else is said. */
export function openNative(more: Partial<UdpOptions> = {}): Promise<NativeUdpSocket> {
  return NativeUdpSocket.open(builtAddon(), { port: 0, addresses: ['127.0.0.1'], sink: silentSink, ...more });
}

/** A fan-out that leaves by `socket`; outlets have a session of AES-GCM each. */
export function nativeFanout(socket: NativeUdpSocket) {
  const addon = builtAddon();
  const fanout = new NativeFanout(addon);
  fanout.attach(socket);
  const openOutlet = (terms = outletTerms()) =>
    fanout.openOutlet(new NativeSrtpTransform(addon, sessionKeys('AEAD_AES_128_GCM').a), terms);
  return { fanout, openOutlet };
}
