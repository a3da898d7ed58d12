/**
 * Where the payload of a link's datagrams is sealed and opened, hellos, accepts and refusals excepted. There are no keys
 * yet: it passes as it is, and a link trusts its path.
 */

export function sealPayload(payload: Uint8Array): Uint8Array {
  return payload;
}

/** Nothing for a payload that is not the peer's. */
export function openPayload(payload: Uint8Array): Uint8Array | undefined {
  return payload;
}
