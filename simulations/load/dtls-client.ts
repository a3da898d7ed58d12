/**
 * A DTLS 1.2 client for SRTP keys, in the shape of every protocol core: the counterpart of transports/dtls/server.ts, and of
 * the same parts. For load and tests only: the product is always the server.
 */
import type { Deadline } from '../../transports/clock.ts';
import { fatalAlert, parseAlert, type Refusal, warningAlert } from '../../transports/dtls/alerts.ts';
import { Flight, type FlightPart } from '../../transports/dtls/flight.ts';
import {
  HANDSHAKE_TYPE,
  type HandshakeMessage,
  parseFragments,
} from '../../transports/dtls/handshake-message.ts';
import { HandshakeReassembly } from '../../transports/dtls/handshake-reassembly.ts';
import type { DtlsEndpoint, DtlsOutput } from '../../transports/dtls/port.ts';
import { CONTENT_TYPE, type DtlsRecord, parseRecords } from '../../transports/dtls/record.ts';
import { RecordLayer } from '../../transports/dtls/record-layer.ts';
import { type ClientHandshakeStep, SERVER_MESSAGES } from './dtls-client-handshake.ts';

/** The client's side of a handshake, whoever computes it. */
export interface DtlsClientHandshake {
  hello(): HandshakeMessage;
  /** Takes the server's next message, in the order of SERVER_MESSAGES; keeps its body. */
  take(message: HandshakeMessage): ClientHandshakeStep;
  /** Forgets all secrets. */
  release(): void;
}

/** Browsers give up about then, and the server does. */
const HANDSHAKE_LIMIT_MS = 20_000;

export class DtlsClient implements DtlsEndpoint {
  readonly #handshake: DtlsClientHandshake;
  readonly #reassembly = new HandshakeReassembly(SERVER_MESSAGES);
  readonly #layer = new RecordLayer();
  readonly #outputs: DtlsOutput[] = [];
  #state: 'new' | 'handshaking' | 'connected' | 'ended' = 'new';
  #startedAtMs = 0;
  #flight: Flight | undefined;
  /** Records and fragments that were forged, malformed or out of place. */
  refused = 0;

  constructor(handshake: DtlsClientHandshake) {
    this.#handshake = handshake;
  }

  /** Says hello; only the first call counts. */
  start(nowMs: number): void {
    if (this.#state !== 'new') return;
    this.#state = 'handshaking';
    this.#startedAtMs = nowMs;
    this.#sendFlight(nowMs, [inTheClear(this.#handshake.hello())]);
  }

  receive(nowMs: number, datagram: Uint8Array): void {
    for (const record of parseRecords(datagram).records) this.#receiveRecord(nowMs, record);
  }

  close(_nowMs: number): void {
    if (this.#state === 'handshaking' || this.#state === 'connected')
      this.#sendAlert(warningAlert('close_notify'));
    this.#end();
  }

  advance(nowMs: number): void {
    if (this.#state !== 'handshaking') return;
    if (nowMs >= this.#startedAtMs + HANDSHAKE_LIMIT_MS) {
      this.#fail(`the DTLS handshake was not complete within ${HANDSHAKE_LIMIT_MS / 1000} s`);
      return;
    }
    const dueAtMs = this.#flight?.dueAtMs;
    if (dueAtMs === undefined || nowMs < dueAtMs) return;
    this.#flight!.repeat(nowMs);
    this.#send(this.#flight!);
  }

  deadline(): Deadline | undefined {
    if (this.#state !== 'handshaking') return undefined;
    const limitAtMs = this.#startedAtMs + HANDSHAKE_LIMIT_MS;
    return { atMs: Math.min(limitAtMs, this.#flight?.dueAtMs ?? limitAtMs), reason: 'DTLS client' };
  }

  poll(): DtlsOutput | undefined {
    return this.#outputs.shift();
  }

  #receiveRecord(nowMs: number, record: DtlsRecord): void {
    if (this.#state !== 'handshaking' && this.#state !== 'connected') return;
    // The server's Finished cannot overtake its keys: it answers our own.
    const plaintext = this.#layer.open(record);
    if (plaintext === undefined) {
      this.refused += 1;
      return;
    }
    if (record.contentType === CONTENT_TYPE.handshake) this.#receiveFragments(nowMs, record.epoch, plaintext);
    else if (record.contentType === CONTENT_TYPE.alert) this.#receiveAlert(record.epoch, plaintext);
  }

  #receiveFragments(nowMs: number, epoch: number, plaintext: Uint8Array): void {
    for (const fragment of parseFragments(plaintext) ?? []) {
      if (this.#state !== 'handshaking') return;
      const fate = this.#reassembly.add(epoch, fragment);
      if (fate === 'out of place') this.refused += 1;
      // The server's flight again: ours in answer to it was lost.
      const isDoneAgain = fate === 'past' && fragment.type === HANDSHAKE_TYPE.serverHelloDone;
      if (isDoneAgain && this.#flight?.askedAgain(nowMs)) this.#send(this.#flight);
      for (let message = this.#reassembly.take(); message !== undefined; message = this.#reassembly.take())
        this.#carryOut(nowMs, this.#handshake.take(message));
    }
  }

  #carryOut(nowMs: number, step: ClientHandshakeStep): void {
    switch (step.kind) {
      case 'wait':
        return;
      case 'answer':
        this.#layer.install({ sealing: step.keys.client, opening: step.keys.server });
        this.#sendFlight(nowMs, [
          ...step.clear.map(inTheClear),
          { kind: 'change cipher spec' },
          { kind: 'handshake', epoch: 1, message: step.finished },
        ]);
        return;
      case 'done':
        this.#state = 'connected';
        this.#outputs.push({ kind: 'connected', keys: step.srtpKeys });
        return;
      case 'refusal':
        this.#refuse(step);
        return;
    }
  }

  #receiveAlert(epoch: number, plaintext: Uint8Array): void {
    // Once connected, what is in the clear may be from anybody.
    if (this.#state === 'connected' && epoch === 0) return;
    const alert = parseAlert(plaintext);
    if (alert?.name === 'close_notify') {
      this.#outputs.push({ kind: 'closed' });
      this.#end();
    } else if (alert?.isFatal) this.#fail(`DTLS alert from the server: ${alert.name}`);
  }

  #sendFlight(nowMs: number, parts: readonly FlightPart[]): void {
    this.#flight = new Flight(nowMs, parts, false);
    this.#send(this.#flight);
  }

  #send(flight: Flight): void {
    for (const bytes of flight.datagrams(this.#layer)) this.#outputs.push({ kind: 'send', bytes });
  }

  #sendAlert(alert: Uint8Array): void {
    const epoch = this.#layer.hasKeys ? 1 : 0;
    this.#outputs.push({ kind: 'send', bytes: this.#layer.seal(epoch, CONTENT_TYPE.alert, alert) });
  }

  #refuse({ alert, reason }: Refusal): void {
    this.#sendAlert(fatalAlert(alert));
    this.#fail(reason);
  }

  #fail(reason: string): void {
    this.#outputs.push({ kind: 'failed', reason });
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#handshake.release();
    this.#flight = undefined;
    this.#layer.release();
  }
}

function inTheClear(message: HandshakeMessage): FlightPart {
  return { kind: 'handshake', epoch: 0, message };
}
