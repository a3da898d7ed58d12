/** What a peer's SDP says of the one transport that all its media share. */
import { trustedFingerprints } from './fingerprints.ts';
import { type IceCredentials, type RemoteTransport, SdpError } from './port.ts';
import type { Section, TransportAttributes } from './section.ts';
import type { Session } from './session.ts';

/**
 * The transport of the sections that were accepted, of which there is at least one: all of them bundled on it
 * (RFC 9143), RTP and RTCP together, with us as DTLS server. Throws SdpError 400 for what is broken, else 422.
 */
export function remoteTransport(
  session: Session,
  accepted: readonly Section[],
  role: 'offer' | 'answer',
): RemoteTransport {
  const levels = sharedTransport(session, accepted);
  requireSetup(levels.find(level => level.setup !== undefined)?.setup, role);
  return {
    ice: iceCredentials(levels),
    fingerprints: trustedFingerprints(
      levels.find(level => level.fingerprints.length > 0)?.fingerprints ?? [],
    ),
  };
}

/** The same of an answer to an offer of plain RTP, which must not promise a certificate. */
export function plainRemoteTransport(session: Session, accepted: readonly Section[]): RemoteTransport {
  const levels = sharedTransport(session, accepted);
  if (levels.some(level => level.fingerprints.length > 0)) {
    throw new SdpError(
      422,
      'the answer has an a=fingerprint, but the offer is of plain RTP: there is no DTLS that would show a certificate',
    );
  }
  return { ice: iceCredentials(levels), fingerprints: [] };
}

/** Where the attributes of the one transport may stand, the first place first. Throws as `remoteTransport` does. */
function sharedTransport(session: Session, accepted: readonly Section[]): readonly TransportAttributes[] {
  if (session.iceLite) {
    throw new SdpError(
      422,
      'a=ice-lite: this server is ICE-lite too, and one side has to make the checks (RFC 8445)',
    );
  }
  const [first, ...others] = accepted;
  requireBundle(session, accepted);
  for (const section of accepted) requireRtcpMux(section);
  // A bundle-only section leaves its transport to the first one of the group (RFC 9143 section 7.1.3).
  const tagged = session.sections.find(section => section.mid === session.bundle?.[0]);
  return [first, tagged, ...others]
    .filter(section => section !== undefined)
    .map(section => section.transport)
    .concat(session.transport);
}

function requireBundle(session: Session, accepted: readonly Section[]): void {
  if (session.bundle === undefined && accepted.length === 1) return;
  for (const { mid, label } of accepted) {
    if (session.bundle?.includes(mid)) continue;
    throw new SdpError(
      422,
      `${label} is not in the BUNDLE group; all media has to share one transport (RFC 9143)`,
    );
  }
}

function requireRtcpMux({ bundleOnly, rtcpMux, label }: Section): void {
  if (rtcpMux || bundleOnly) return;
  throw new SdpError(422, `${label} has no a=rtcp-mux; RTP and RTCP have to share one port (RFC 5761)`);
}

/** RFC 5763 section 5, and RFC 4145 section 4 for a description that says nothing: that is active. */
function requireSetup(setup: string | undefined, role: 'offer' | 'answer'): void {
  if (setup === undefined || setup === 'active' || (setup === 'actpass' && role === 'offer')) return;
  if (setup === 'passive' || setup === 'holdconn') {
    throw new SdpError(
      422,
      `a=setup:${setup}: this server waits for the DTLS handshake, so the ${role} has to say ${
        role === 'offer' ? 'a=setup:actpass or a=setup:active' : 'a=setup:active'
      }`,
    );
  }
  throw new SdpError(400, `a=setup:${setup.slice(0, 20)} has no meaning in an ${role} (RFC 5763 section 5)`);
}

/** RFC 8839 section 5.4. */
function iceCredentials(levels: readonly TransportAttributes[]): IceCredentials {
  const { ufrag, pwd } = levels.find(level => level.ufrag !== undefined) ?? {};
  if (ufrag === undefined || pwd === undefined) {
    throw new SdpError(
      422,
      'there is no a=ice-ufrag with an a=ice-pwd: a WebRTC session needs ICE (RFC 8839)',
    );
  }
  requireIceCredentials({ ufrag, pwd });
  return { ufrag: alone(ufrag), pwd: alone(pwd) };
}

/** A slice of a text keeps all of the text in memory, here an answer of kilobytes for as long as its session lasts. */
function alone(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Throws SdpError 400 for credentials that RFC 8839 section 5.4 does not allow. */
export function requireIceCredentials({ ufrag, pwd }: IceCredentials): void {
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) {
    throw new SdpError(
      400,
      'a=ice-ufrag has to be 4 to 256 letters, digits, "+" or "/" (RFC 8839 section 5.4)',
    );
  }
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(pwd)) {
    throw new SdpError(
      400,
      'a=ice-pwd has to be 22 to 256 letters, digits, "+" or "/" (RFC 8839 section 5.4)',
    );
  }
}
