/**
 * A description of a client that repeats nothing: what its line loses is lost for good. As with a publisher that has no NACK,
 * or a line that goes down for longer than anybody repeats packets.
 */

/** Without NACK (RFC 4585 section 6.2.1) and retransmission streams (RFC 4588); keyframes can be asked for as before. */
export function withoutRepairs(sdp: string): string {
  return sdp
    .split(/^(?=m=)/m)
    .map(section => {
      const retransmissions = [...section.matchAll(/^a=rtpmap:(\d+) rtx\//gim)].map(match => match[1]!);
      return section
        .split(/(?<=\n)/)
        .filter(line => !isAbout(line, retransmissions) && !/^a=rtcp-fb:\S+ nack\s*$/.test(line))
        .map(line => (line.startsWith('m=') ? withoutFormats(line, retransmissions) : line))
        .join('');
    })
    .join('');
}

function isAbout(line: string, payloadTypes: readonly string[]): boolean {
  const payloadType = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
  return payloadType !== undefined && payloadTypes.includes(payloadType);
}

/** `m=<media> <port> <protocol> <formats...>` (RFC 8866 section 5.14). */
function withoutFormats(line: string, payloadTypes: readonly string[]): string {
  const [media, port, protocol, ...formats] = line.trimEnd().split(' ');
  const kept = formats.filter(format => !payloadTypes.includes(format));
  return `${[media, port, protocol, ...kept].join(' ')}\r\n`;
}
