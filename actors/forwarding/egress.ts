/**
 * What leaves the plane but for viewers' media: datagrams, sealed for the session they go to, and notices to actors, each until
 * drained.
 */
import type { Path } from '../../transports/udp/path.ts';
import type { Address } from '../runtime/address.ts';
import type { Message } from '../runtime/behaviour.ts';
import type { CoreFault } from './commands.ts';
import type { MediaSession } from './session-table.ts';

export interface Notice {
  readonly to: Address;
  readonly message: Message;
}

export class Egress {
  readonly #notices: Notice[] = [];
  /** Bytes and paths side by side, since a portable fan-out puts every packet of every viewer here. */
  #datagrams: Uint8Array[] = [];
  #paths: Path[] = [];

  sendDatagram(bytes: Uint8Array, path: Path): void {
    this.#datagrams.push(bytes);
    this.#paths.push(path);
  }

  sendRtcp(session: MediaSession, packet: Uint8Array): void {
    const { path } = session.peer;
    const sealed = path && session.peer.sealRtcp(packet);
    if (sealed !== undefined) this.sendDatagram(sealed, path!);
  }

  notify(to: Address, message: Message): void {
    this.#notices.push({ to, message });
  }

  /** The core that `owner` owns has thrown. */
  fault(owner: Address, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const fault: CoreFault = { type: 'core-fault', error: text };
    this.notify(owner, fault);
  }

  drainDatagrams(send: (bytes: Uint8Array, path: Path) => void): void {
    const datagrams = this.#datagrams;
    const paths = this.#paths;
    if (datagrams.length === 0) return;
    this.#datagrams = [];
    this.#paths = [];
    for (let i = 0; i < datagrams.length; i += 1) send(datagrams[i]!, paths[i]!);
  }

  pollNotice(): Notice | undefined {
    return this.#notices.shift();
  }
}
