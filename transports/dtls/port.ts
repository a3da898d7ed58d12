/** A DTLS 1.2 server endpoint (RFC 6347) that makes SRTP keys (RFC 5764), in the shape of every protocol core. */
import type { Deadline } from '../clock.ts';
import type { SrtpKeys } from '../srtp/port.ts';

/** A certificate's fingerprint as SDP writes it (RFC 8122): `sha-256`, `AB:CD:…`. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

export type DtlsOutput =
  /** A datagram for the peer. */
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** The handshake is complete and the peer has proved to own a certificate that was promised. */
  | { readonly kind: 'connected'; readonly keys: SrtpKeys }
  /** The peer has closed the association (close_notify). */
  | { readonly kind: 'closed' }
  /** It cannot come up, or broke; `reason` is for people: "DTLS alert from the client: bad_certificate". */
  | { readonly kind: 'failed'; readonly reason: string };

export interface DtlsEndpoint {
  receive(nowMs: number, datagram: Uint8Array): void;
  /** Says goodbye (close_notify) if there is anybody to say it to. */
  close(nowMs: number): void;
  advance(nowMs: number): void;
  deadline(): Deadline | undefined;
  poll(): DtlsOutput | undefined;
}

/** Makes an endpoint that admits only a peer with one of these fingerprints. */
export type DtlsFactory = (remoteFingerprints: readonly Fingerprint[]) => DtlsEndpoint;
