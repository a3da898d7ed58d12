// Numbers in network byte order, and views of bytes that somebody else owns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace zrtc {

struct Bytes {
  const uint8_t* data = nullptr;
  size_t length = 0;
};

inline uint16_t ReadUint16(const uint8_t* at) { return static_cast<uint16_t>((at[0] << 8) | at[1]); }

inline uint32_t ReadUint32(const uint8_t* at) {
  return (static_cast<uint32_t>(at[0]) << 24) | (static_cast<uint32_t>(at[1]) << 16) |
         (static_cast<uint32_t>(at[2]) << 8) | at[3];
}

inline void WriteUint16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

inline void WriteUint32(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 24);
  at[1] = static_cast<uint8_t>(value >> 16);
  at[2] = static_cast<uint8_t>(value >> 8);
  at[3] = static_cast<uint8_t>(value);
}

// How SSRC and index go into a salted counter or nonce.
inline void XorUint32(uint8_t* at, uint32_t value) { WriteUint32(at, ReadUint32(at) ^ value); }

inline void XorUint16(uint8_t* at, uint16_t value) {
  WriteUint16(at, static_cast<uint16_t>(ReadUint16(at) ^ value));
}

}  // namespace zrtc
