/** How much of a peer's SDP is read. Real offers are far below all of these. */

/** A browser's offer of audio and video has 5 to 8 kB; candidates and simulcast may double that. */
export const maxSdpCharacters = 64 * 1024;

/** A browser's offer has some 200 lines; each line costs a few dozen regular expressions. */
export const maxSdpLines = 2000;

/** A publisher has two media sections; a viewer's page may offer a few that we turn down. */
export const maxSections = 16;

/** There are 128 payload types (RFC 3550 section 5.1), so a section that lists more repeats itself. */
export const maxPayloads = 128;

/** A mid travels in one-byte header extensions, which hold 16 bytes (RFC 8285 section 4.2). */
export const maxMidCharacters = 16;

/** A peer that changes certificates promises two fingerprints; a few more do no harm. */
export const maxFingerprints = 8;

/** A fragment trickles a handful of candidates; we remember none of them, being ICE-lite. */
export const maxFragmentCandidates = 64;
