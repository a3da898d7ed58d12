/** The part of sdp-transform that we use; the package brings no types. A value that looks like a number comes as one. */
declare module 'sdp-transform' {
  type Value = string | number;

  export interface SdpAttributes {
    setup?: Value;
    mid?: Value;
    direction?: string;
    icelite?: string;
    iceUfrag?: Value;
    icePwd?: Value;
    iceOptions?: string;
    fingerprint?: { type: string; hash: string };
    rtcpMux?: string;
    rtcpRsize?: string;
    bundleOnly?: string;
    groups?: { type: Value; mids: Value }[];
    msidSemantic?: { semantic: string; token: string };
    msid?: { id: string; appdata: string }[];
    ext?: { value: Value; direction?: Value; uri: Value }[];
    candidates?: SdpCandidate[];
    endOfCandidates?: string;
    ssrcs?: { id: Value; attribute: Value; value?: Value }[];
    ssrcGroups?: { semantics: Value; ssrcs: Value }[];
  }

  export interface SdpCandidate {
    foundation: string;
    component: number;
    transport: string;
    priority: number;
    ip: string;
    port: number;
    type: string;
  }

  export interface SdpMedia extends SdpAttributes {
    type?: Value;
    port?: Value;
    protocol?: Value;
    payloads?: Value;
    connection?: { version: number; ip: string };
    bandwidth?: { type: string; limit: number }[];
    rtp: { payload: Value; codec: Value; rate?: Value; encoding?: Value }[];
    fmtp: { payload: Value; config: Value }[];
    rtcpFb?: { payload: Value; type: Value; subtype?: Value }[];
  }

  export interface SdpSession extends SdpAttributes {
    version?: Value;
    origin?: {
      username: string;
      sessionId: Value;
      sessionVersion: number;
      netType: string;
      ipVer: number;
      address: string;
    };
    name?: Value;
    timing?: { start: number; stop: number };
    media: SdpMedia[];
  }

  export function parse(text: string): SdpSession;
  export function write(session: SdpSession): string;
}
