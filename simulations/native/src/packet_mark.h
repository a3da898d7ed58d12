// What load publishers write into their packets (simulations/load/packet-mark.ts).
#pragma once

#include <bit>

#include "bytes.h"

namespace zrtc {

constexpr size_t kMarkOffset = 2;
constexpr uint32_t kMarkMagic = 0x7a6d6b31;
// Behind the magic and the packet's number.
constexpr size_t kMarkTimeOffset = kMarkOffset + 8;
constexpr size_t kMarkedBytesMin = kMarkTimeOffset + 8;

// When the packet was sent, ms; below 0 for a payload without a mark.
inline double MarkedAtMs(Bytes payload) {
  if (payload.length < kMarkedBytesMin || ReadUint32(payload.data + kMarkOffset) != kMarkMagic) return -1;
  const uint64_t high = ReadUint32(payload.data + kMarkTimeOffset);
  return std::bit_cast<double>((high << 32) | ReadUint32(payload.data + kMarkTimeOffset + 4));
}

}  // namespace zrtc
