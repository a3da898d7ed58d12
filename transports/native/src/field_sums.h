// Sums in the field of 256 elements (modulo x^8 + x^4 + x^3 + x^2 + 1), as parity over datagrams needs them; ../../fec/gf256.ts
// is the same in TypeScript.
#pragma once

#include <cstddef>
#include <cstdint>

namespace zrtc {

// Adds `factor` times the `count` bytes at `from` to those at `into`.
void AddMultiple(uint8_t* into, const uint8_t* from, size_t count, uint8_t factor);

}  // namespace zrtc
