/** A DTLS 1.2 server for SRTP keys, on a handshake by whatever computes it: RFC 6347 as narrowed by RFC 5764, RFC 8827 and RFC 7627. */
import { type Deadline, earlier } from '../clock.ts';
import type { Random } from '../random.ts';
import type { SrtpKeys } from '../srtp/port.ts';
import { fatalAlert, parseAlert, type Refusal, warningAlert } from './alerts.ts';
import type { DtlsCertificate } from './certificate.ts';
import { Flight, type FlightPart } from './flight.ts';
import { CLIENT_MESSAGES, ServerHandshake } from './handshake.ts';
import { HANDSHAKE_TYPE, type HandshakeMessage, parseFragments } from './handshake-message.ts';
import { HandshakeReassembly } from './handshake-reassembly.ts';
import type { Handshake, HandshakeStep } from './handshake-step.ts';
import type { DtlsEndpoint, DtlsOutput, Fingerprint } from './port.ts';
import { CONTENT_TYPE, type DtlsRecord, parseRecords } from './record.ts';
import { type Epoch, RecordLayer } from './record-layer.ts';

export interface DtlsServerOptions {
  readonly certificate: DtlsCertificate;
  /** Makes the server's half of what is new in each handshake; must be fit for keys outside of tests. */
  readonly random: Random;
}

export interface DtlsCounters {
  /** Datagrams with bytes that are no record. */
  malformedDatagrams: number;
  /** Records that were forged, replayed, of an epoch that is over or not begun, or past the room for early ones. */
  refusedRecords: number;
  /** Handshake fragments and alerts that are malformed or fit nowhere. */
  refusedFragments: number;
  /** Records with application data: there are no data channels. */
  applicationData: number;
  /** How often a flight went out again. */
  repeatedFlights: number;
}

/** From the client's first record to its Finished; browsers give up about then as well. */
export const HANDSHAKE_LIMIT_MS = 20_000;
/** Records of epoch 1 that overtake those that their keys come from: a Finished, or an alert, and each once more. */
const EARLY_RECORDS_MAX = 4;
/** A Finished is 61 bytes long; whatever is much longer need not be kept, as it is sent again. */
const EARLY_RECORD_MAX_BYTES = 256;

type State =
  | {
      readonly name: 'handshaking';
      readonly handshake: Handshake;
      readonly reassembly: HandshakeReassembly;
      readonly earlyRecords: DtlsRecord[];
      /** When the client's first record came. */
      startedAtMs: number | undefined;
      /** Our answer to the hello, once there is one. */
      flight: Flight | undefined;
    }
  | { readonly name: 'connected'; readonly flight: Flight }
  | { readonly name: 'ended' };

/** Makes servers on node:crypto that all show the same certificate. */
export function makeDtlsServerFactory(
  options: DtlsServerOptions,
): (remoteFingerprints: readonly Fingerprint[]) => DtlsServer {
  return remoteFingerprints => new DtlsServer(new ServerHandshake({ ...options, remoteFingerprints }));
}

/**
 * Sends no HelloVerifyRequest, as RFC 6347 section 4.2.1 lets a server choose: a cookie proves that the client receives at
 * its address, and ICE has proved just that before any datagram is handed in here. It saves a round trip.
 */
export class DtlsServer implements DtlsEndpoint {
  readonly counters: DtlsCounters = {
    malformedDatagrams: 0,
    refusedRecords: 0,
    refusedFragments: 0,
    applicationData: 0,
    repeatedFlights: 0,
  };
  readonly #layer = new RecordLayer();
  readonly #outputs: DtlsOutput[] = [];
  #state: State;

  constructor(handshake: Handshake) {
    this.#state = {
      name: 'handshaking',
      handshake,
      reassembly: new HandshakeReassembly(CLIENT_MESSAGES),
      earlyRecords: [],
      startedAtMs: undefined,
      flight: undefined,
    };
  }

  receive(nowMs: number, datagram: Uint8Array): void {
    const { records, strayBytes } = parseRecords(datagram);
    if (strayBytes > 0) this.counters.malformedDatagrams += 1;
    for (const record of records) this.#receiveRecord(nowMs, record);
  }

  close(_nowMs: number): void {
    const state = this.#state;
    if (state.name === 'ended') return;
    const isAnybodyThere = state.name === 'connected' || state.startedAtMs !== undefined;
    if (isAnybodyThere) this.#sendAlert(warningAlert('close_notify'));
    this.#end();
  }

  advance(nowMs: number): void {
    const state = this.#state;
    if (state.name !== 'handshaking' || state.startedAtMs === undefined) return;
    if (nowMs >= state.startedAtMs + HANDSHAKE_LIMIT_MS) {
      const limit = `${HANDSHAKE_LIMIT_MS / 1000} s`;
      this.#fail(
        `the DTLS handshake timed out after ${limit}, waiting for the client's ${state.handshake.awaiting}`,
      );
      return;
    }
    const dueAtMs = state.flight?.dueAtMs;
    if (state.flight === undefined || dueAtMs === undefined || nowMs < dueAtMs) return;
    state.flight.repeat(nowMs);
    this.#sendAgain(state.flight);
  }

  deadline(): Deadline | undefined {
    const state = this.#state;
    if (state.name !== 'handshaking' || state.startedAtMs === undefined) return undefined;
    const limit = { atMs: state.startedAtMs + HANDSHAKE_LIMIT_MS, reason: 'limit of the DTLS handshake' };
    const dueAtMs = state.flight?.dueAtMs;
    return earlier(
      limit,
      dueAtMs === undefined ? undefined : { atMs: dueAtMs, reason: 'DTLS flight unanswered' },
    );
  }

  poll(): DtlsOutput | undefined {
    return this.#outputs.shift();
  }

  #receiveRecord(nowMs: number, record: DtlsRecord): void {
    const state = this.#state;
    if (state.name === 'ended') return;
    if (state.name === 'handshaking') {
      state.startedAtMs ??= nowMs;
      if (record.epoch === 1 && !this.#layer.hasKeys) {
        this.#keepEarly(state.earlyRecords, record);
        return;
      }
    }
    // Once connected, what is in the clear may be from anybody: only what the keys vouch for counts.
    const isStale = state.name === 'connected' && record.epoch === 0;
    const plaintext = isStale ? undefined : this.#layer.open(record);
    if (plaintext === undefined) {
      this.counters.refusedRecords += 1;
      return;
    }
    switch (record.contentType) {
      case CONTENT_TYPE.handshake:
        this.#receiveFragments(nowMs, record.epoch, plaintext);
        return;
      case CONTENT_TYPE.alert:
        this.#receiveAlert(plaintext);
        return;
      case CONTENT_TYPE.applicationData:
        this.counters.applicationData += 1;
        return;
      case CONTENT_TYPE.changeCipherSpec:
        // Says only what the epoch of each record says as well, so that it may be lost or late.
        return;
    }
  }

  /** The datagram is on loan to us, so that what stays is copied. */
  #keepEarly(earlyRecords: DtlsRecord[], record: DtlsRecord): void {
    if (earlyRecords.length >= EARLY_RECORDS_MAX || record.fragment.length > EARLY_RECORD_MAX_BYTES)
      this.counters.refusedRecords += 1;
    else earlyRecords.push({ ...record, fragment: Uint8Array.from(record.fragment) });
  }

  #receiveFragments(nowMs: number, epoch: number, plaintext: Uint8Array): void {
    const fragments = parseFragments(plaintext);
    if (fragments === undefined) {
      this.counters.refusedFragments += 1;
      return;
    }
    for (const fragment of fragments) {
      const state = this.#state;
      if (state.name === 'ended') return;
      if (state.name === 'connected') {
        this.#receiveLateFragment(nowMs, state.flight, fragment.type);
        continue;
      }
      const fate = state.reassembly.add(epoch, fragment);
      if (fate === 'out of place') this.counters.refusedFragments += 1;
      // Only the flight before ours asks for ours again; a repeated part of the next one shows that ours has arrived.
      const isHelloAgain = fate === 'past' && fragment.type === HANDSHAKE_TYPE.clientHello;
      if (isHelloAgain && state.flight?.askedAgain(nowMs)) this.#sendAgain(state.flight);
      this.#takeMessages(nowMs, state);
    }
  }

  #takeMessages(nowMs: number, state: State & { name: 'handshaking' }): void {
    for (let message = state.reassembly.take(); message !== undefined; message = state.reassembly.take())
      this.#carryOut(nowMs, state, state.handshake.take(message));
    if (!this.#layer.hasKeys) return;
    for (const record of state.earlyRecords.splice(0)) this.#receiveRecord(nowMs, record);
  }

  #carryOut(nowMs: number, state: State & { name: 'handshaking' }, step: HandshakeStep): void {
    switch (step.kind) {
      case 'wait':
        return;
      case 'answer':
        state.flight = this.#sendFlight(nowMs, step.messages.map(inTheClear), false);
        return;
      case 'keys':
        this.#layer.install({ sealing: step.keys.server, opening: step.keys.client });
        return;
      case 'done':
        this.#connect(nowMs, step.finished, step.srtpKeys);
        return;
      case 'refusal':
        this.#refuse(step);
        return;
    }
  }

  #connect(nowMs: number, finished: HandshakeMessage, keys: SrtpKeys): void {
    const parts: readonly FlightPart[] = [
      { kind: 'change cipher spec' },
      { kind: 'handshake', epoch: 1, message: finished },
    ];
    this.#state = { name: 'connected', flight: this.#sendFlight(nowMs, parts, true) };
    this.#outputs.push({ kind: 'connected', keys });
  }

  /**
   * A client whose Finished comes again has not had ours. One that says hello again wants new keys, and is not answered
   * (as RFC 5246 section 7.2.2 leaves open under no_renegotiation): nothing that it could change by that is open to change.
   */
  #receiveLateFragment(nowMs: number, flight: Flight, type: number): void {
    if (type !== HANDSHAKE_TYPE.finished) this.counters.refusedFragments += 1;
    else if (flight.askedAgain(nowMs)) this.#sendAgain(flight);
  }

  #receiveAlert(plaintext: Uint8Array): void {
    const alert = parseAlert(plaintext);
    if (alert === undefined) this.counters.refusedFragments += 1;
    else if (alert.name === 'close_notify') {
      this.#sendAlert(warningAlert('close_notify'));
      this.#outputs.push({ kind: 'closed' });
      this.#end();
    } else if (alert.isFatal) this.#fail(`DTLS alert from the client: ${alert.name}`);
  }

  #sendFlight(nowMs: number, parts: readonly FlightPart[], isFinal: boolean): Flight {
    const flight = new Flight(nowMs, parts, isFinal);
    this.#send(...flight.datagrams(this.#layer));
    return flight;
  }

  #sendAgain(flight: Flight): void {
    this.counters.repeatedFlights += 1;
    this.#send(...flight.datagrams(this.#layer));
  }

  /** Under the keys as soon as our own ChangeCipherSpec is out, and never before. */
  #sendAlert(alert: Uint8Array): void {
    const epoch: Epoch = this.#state.name === 'connected' ? 1 : 0;
    this.#send(this.#layer.seal(epoch, CONTENT_TYPE.alert, alert));
  }

  #send(...datagrams: readonly Uint8Array[]): void {
    for (const bytes of datagrams) this.#outputs.push({ kind: 'send', bytes });
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
    if (this.#state.name === 'handshaking') this.#state.handshake.release();
    this.#state = { name: 'ended' };
    this.#layer.release();
  }
}

function inTheClear(message: HandshakeMessage): FlightPart {
  return { kind: 'handshake', epoch: 0, message };
}
