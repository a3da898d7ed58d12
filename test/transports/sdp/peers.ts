/** What the SDP tests share: recorded offers, and our side of a transport. */
import { readFileSync } from 'node:fs';
import type { LocalTransport, OutgoingSsrcs } from '../../../transports/sdp/port.ts';

/** An offer as the named client makes it. */
export function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.sdp`, import.meta.url), 'utf8');
}

export const publishers = [
  'chromium-publish',
  'chromium-simulcast',
  'firefox-publish',
  'gstreamer-whipsink',
  'libdatachannel-publish',
  'libwebrtc-publish',
  'obs-whip',
  'safari-publish',
];

export const viewers = ['chromium-view', 'firefox-view', 'safari-view'];

export const local: Required<LocalTransport> = {
  ice: { ufrag: 'Zr4u', pwd: 'a0123456789012345678901234' },
  fingerprint: {
    algorithm: 'sha-256',
    value: Array.from({ length: 32 }, (_, i) => hexByte(i * 7)).join(':'),
  },
  candidates: [
    { address: '127.0.0.1', port: 40007 },
    { address: '::1', port: 40007 },
  ],
};

export const ssrcs: OutgoingSsrcs = { audio: 1001, video: 4000000001, videoRtx: 2002, cname: 'class-7' };

/** The section's own lines, from its m-line on; section 0 is the session's. */
export function sectionOf(sdp: string, index: number): string[] {
  const parts = sdp.split(/\r\n(?=m=)/);
  return (parts[index] ?? '').split('\r\n').filter(line => line !== '');
}

/** Takes out every line that matches, or puts something in its place. */
export function edited(sdp: string, pattern: RegExp, replacement = ''): string {
  const lines = sdp.split('\r\n').flatMap(line => {
    const changed = line.replace(pattern, replacement);
    return changed === '' && line !== '' ? [] : [changed];
  });
  return lines.join('\r\n');
}

function hexByte(value: number): string {
  return (value & 255).toString(16).padStart(2, '0').toUpperCase();
}
