/** NTP timestamps as RTCP carries them (RFC 3550 sections 4 and 6.4.1). */

/** Seconds since 1900 and 2^-32 seconds, each 0 to 2^32 - 1. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** Seconds from 1900, where NTP begins, to 1970, where Unix time begins. */
const unixEpochSeconds = 2_208_988_800;
const fractionsPerMs = 2 ** 32 / 1000;
/** Delays and middle bits count 2^-16 seconds. */
const shortUnitsPerMs = 2 ** 16 / 1000;
/** Peers round their delay to milliseconds or worse, so that a round trip may come out this far below 0. */
const roundingSlackMs = 10;

export function ntpFromWallMs(wallMs: number): NtpTime {
  const wallSeconds = Math.floor(Math.floor(wallMs) / 1000);
  return {
    seconds: (wallSeconds + unixEpochSeconds) % 2 ** 32,
    fraction: Math.floor((wallMs - wallSeconds * 1000) * fractionsPerMs),
  };
}

/** Milliseconds since the Unix epoch, for times from 1970 to 2106: what lies before 1970 means after 2036. */
export function wallMsFromNtp(ntp: NtpTime): number {
  const seconds = ntp.seconds - unixEpochSeconds;
  return (seconds < 0 ? seconds + 2 ** 32 : seconds) * 1000 + ntp.fraction / fractionsPerMs;
}

/** The middle 32 of the 64 bits, in 2^-16 seconds: how a report names the one that it answers. */
export function middleOfNtp(ntp: NtpTime): number {
  return ((ntp.seconds << 16) | (ntp.fraction >>> 16)) >>> 0;
}

/** A span in 2^-16 seconds, at most 2^32 - 1. */
export function shortUnitsFromMs(spanMs: number): number {
  return Math.min(0xffffffff, Math.max(0, Math.floor(spanMs * shortUnitsPerMs)));
}

/**
 * The round trip that a report block or a DLRR block tells (RFC 3550 section 6.4.1), from the middle bits of our own
 * clock at its arrival. Undefined when the peer had no report of ours to answer, or its numbers cannot be.
 */
export function roundTripMs(
  arrivalMiddle: number,
  lastReport: number,
  delaySinceLast: number,
): number | undefined {
  if (lastReport === 0) return undefined;
  const roundTrip = ((arrivalMiddle - lastReport - delaySinceLast) | 0) / shortUnitsPerMs;
  return roundTrip < -roundingSlackMs ? undefined : Math.max(0, roundTrip);
}
