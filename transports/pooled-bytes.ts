/**
 * Bytes of a packet's size out of Node's pool (Buffer.poolSize, 64 KiB): a buffer of its own for each packet costs more than
 * the packet's copying, and the addon would first have to move what is small out of JavaScript's heap.
 *
 * They hold what was there before: whoever asks writes all of them.
 */
export function pooledBytes(length: number): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(length);
  return new Uint8Array(buffer, byteOffset, length);
}
