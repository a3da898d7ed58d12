/** The RTP header extensions that we use, by the name we call them, with the id that our own offers give them. */
export type ExtensionName = 'mid' | 'audioLevel' | 'videoOrientation' | 'transportWideCc' | 'playoutDelay';

/** Ids as one peer connection negotiated them; a name that is missing was not negotiated. */
export type ExtensionIds = Partial<Record<ExtensionName, number>>;

export const extensionUris: Record<ExtensionName, string> = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  videoOrientation: 'urn:3gpp:video-orientation',
  transportWideCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
};

/** The ids of our own offers, and of packets inside the server (RFC 8285 section 4.2: 1 to 14 fit one-byte headers). */
export const ourExtensionIds = {
  mid: 1,
  audioLevel: 2,
  videoOrientation: 3,
  transportWideCc: 4,
  playoutDelay: 5,
} as const satisfies Record<ExtensionName, number>;
