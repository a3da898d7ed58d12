/**
 * How far apart words lie that different threads write, so that one thread's writing does not take the line with the
 * other's word out of its cache: two lines of 64 bytes, since x86 fetches them in pairs, and one of Apple's.
 */
export const CACHE_LINE_BYTES = 128;
