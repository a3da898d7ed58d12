/** A flight: messages that go out together, and again until they are answered (RFC 6347 section 4.2.4). */
import { concat } from './bytes.ts';
import { fragmentBytes, HANDSHAKE_HEADER_BYTES, type HandshakeMessage } from './handshake-message.ts';
import { CONTENT_TYPE } from './record.ts';
import { type Epoch, type RecordLayer, recordOverheadBytes } from './record-layer.ts';

export type FlightPart =
  | { readonly kind: 'handshake'; readonly epoch: Epoch; readonly message: HandshakeMessage }
  | { readonly kind: 'change cipher spec' };

/** What fits through any path that carries WebRTC, with room for IPv6, UDP and a tunnel around it. */
export const DATAGRAM_MAX_BYTES = 1200;
/** A smaller piece is not worth its headers: the message starts in the next datagram instead. */
const PIECE_MIN_BYTES = 64;

/**
 * Until the first repetition. The RFC's second is for paths that nobody knows; here connectivity checks have just gone
 * there and back, and a class waits for its picture.
 */
const FIRST_WAIT_MS = 200;
/** After these, the last 12.6 s after the flight first went out, it is left to the client to ask again. */
const REPETITIONS_MAX = 6;
/** A client that repeats a flight does so in several records, or in copies that the network made: one answer will do. */
const ASKED_AGAIN_SPACING_MS = 25;

const CHANGE_CIPHER_SPEC = Uint8Array.of(1);

export class Flight {
  readonly #parts: readonly FlightPart[];
  #sentAtMs: number;
  #waitMs = FIRST_WAIT_MS;
  #repetitionsLeft: number;

  /** One that was just sent. A final flight is repeated only when the client asks, since nothing answers it. */
  constructor(nowMs: number, parts: readonly FlightPart[], isFinal: boolean) {
    this.#sentAtMs = nowMs;
    this.#parts = parts;
    this.#repetitionsLeft = isFinal ? 0 : REPETITIONS_MAX;
  }

  /** When it is to go out again. */
  get dueAtMs(): number | undefined {
    return this.#repetitionsLeft > 0 ? this.#sentAtMs + this.#waitMs : undefined;
  }

  /** The time `dueAtMs` has come: the flight counts as sent again. */
  repeat(nowMs: number): void {
    this.#sentAtMs = nowMs;
    this.#waitMs *= 2;
    this.#repetitionsLeft -= 1;
  }

  /** The client repeated what this flight answers. True, and the flight counts as sent again, unless it just was. */
  askedAgain(nowMs: number): boolean {
    if (nowMs - this.#sentAtMs < ASKED_AGAIN_SPACING_MS) return false;
    this.#sentAtMs = nowMs;
    return true;
  }

  /** The datagrams to send, each time under new record numbers. */
  datagrams(layer: RecordLayer): readonly Uint8Array[] {
    const datagrams: Uint8Array[][] = [];
    let room = 0;
    const put = (record: Uint8Array) => {
      if (record.length > room) {
        datagrams.push([]);
        room = DATAGRAM_MAX_BYTES;
      }
      datagrams.at(-1)!.push(record);
      room -= record.length;
    };
    for (const part of this.#parts) {
      if (part.kind === 'change cipher spec') {
        put(layer.seal(0, CONTENT_TYPE.changeCipherSpec, CHANGE_CIPHER_SPEC));
        continue;
      }
      const { epoch, message } = part;
      const overheadBytes = recordOverheadBytes(epoch) + HANDSHAKE_HEADER_BYTES;
      let offset = 0;
      do {
        const leftBytes = message.body.length - offset;
        const fitsHere = room - overheadBytes >= Math.min(leftBytes, PIECE_MIN_BYTES);
        const pieceBytes = Math.min(leftBytes, (fitsHere ? room : DATAGRAM_MAX_BYTES) - overheadBytes);
        put(layer.seal(epoch, CONTENT_TYPE.handshake, fragmentBytes(message, offset, pieceBytes)));
        offset += pieceBytes;
      } while (offset < message.body.length);
    }
    return datagrams.map(records => concat(...records));
  }
}
