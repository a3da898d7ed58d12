/** IP addresses between text and bytes, in the one spelling that paths are compared by. */

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const IPV6_GROUPS = 8;
const IPV4_DIGITS_MAX = 3;
const DOT = 0x2e;
const DIGIT_0 = 0x30;

/** The 4 or 16 bytes of an address in network order; a zone (`%eth0`) is left out. Nothing for any other text. */
export function ipBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** An address as text, IPv6 in the form of RFC 5952. Throws a RangeError for anything but 4 or 16 bytes. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) return bytes.join('.');
  if (bytes.length !== IPV6_BYTES) throw new RangeError(`an IP address of ${bytes.length} bytes`);
  const groups = Array.from({ length: IPV6_GROUPS }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return hex(groups);
  return `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`;
}

/** Every answer to a connectivity check names an address, so that this is done a thousand times a second. */
function ipv4Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(IPV4_BYTES);
  let part = 0;
  let digits = 0;
  let value = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || part === IPV4_BYTES - 1) return undefined;
      part += 1;
      digits = 0;
      value = 0;
      continue;
    }
    if (code < DIGIT_0 || code > DIGIT_0 + 9 || digits === IPV4_DIGITS_MAX) return undefined;
    digits += 1;
    value = value * 10 + code - DIGIT_0;
    if (value > 255) return undefined;
    bytes[part] = value;
  }
  return digits > 0 && part === IPV4_BYTES - 1 ? bytes : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const [bare = ''] = text.split('%', 1);
  const halves = bare.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = groupBytes(halves[0] ?? '', halves.length === 1);
  const tail = groupBytes(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  // A double colon stands for at least one group, and only it can make a shorter text whole.
  if (halves.length === 2 ? given > IPV6_BYTES - 2 : given !== IPV6_BYTES) return undefined;
  const bytes = new Uint8Array(IPV6_BYTES);
  bytes.set(head, 0);
  bytes.set(tail, IPV6_BYTES - tail.length);
  return bytes;
}

/** The bytes of `a:b:c`; where the address ends, the last group may be a dotted IPv4 address. */
function groupBytes(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':', IPV6_GROUPS + 1);
  for (const [i, group] of groups.entries()) {
    if (group.includes('.')) {
      const dotted = endsAddress && i === groups.length - 1 ? ipv4Bytes(group) : undefined;
      if (dotted === undefined) return undefined;
      bytes.push(...dotted);
      continue;
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

/** The first of the longest runs of zero groups (RFC 5952 section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}

function hex(groups: readonly number[]): string {
  return groups.map(group => group.toString(16)).join(':');
}
