/** Alerts: how either side says that it ends, and why (RFC 5246 section 7.2). */

const ALERT_CODE = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  unrecognized_name: 112,
  certificate_required: 116,
  no_application_protocol: 120,
} as const;

export type AlertName = keyof typeof ALERT_CODE;

/** Why a handshake cannot go on: what the client is told, and what people are told. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly alert: AlertName;
  readonly reason: string;
}

export interface Alert {
  readonly isFatal: boolean;
  /** Its name as in the RFCs, or `alert 123` for one that has none here. */
  readonly name: AlertName | `alert ${number}`;
}

const WARNING = 1;
const FATAL = 2;

export function refusal(alert: AlertName, reason: string): Refusal {
  return { kind: 'refusal', alert, reason };
}

export function warningAlert(name: AlertName): Uint8Array {
  return Uint8Array.of(WARNING, ALERT_CODE[name]);
}

export function fatalAlert(name: AlertName): Uint8Array {
  return Uint8Array.of(FATAL, ALERT_CODE[name]);
}

export function parseAlert(bytes: Uint8Array): Alert | undefined {
  const [level, code] = bytes;
  if (bytes.length !== 2 || code === undefined || (level !== WARNING && level !== FATAL)) return undefined;
  return { isFatal: level === FATAL, name: alertName(code) };
}

/** Of its number. */
export function alertName(code: number): Alert['name'] {
  const names = Object.keys(ALERT_CODE) as AlertName[];
  return names.find(name => ALERT_CODE[name] === code) ?? `alert ${code}`;
}
