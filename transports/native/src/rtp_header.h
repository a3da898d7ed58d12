// The lengths of an RTP header (RFC 3550 section 5.1), checked against the bytes that there are.
#pragma once

#include "bytes.h"

namespace zrtc {

constexpr size_t kRtpFixedHeaderBytes = 12;
constexpr uint8_t kRtpExtensionBit = 0x10;
constexpr uint8_t kRtpPaddingBit = 0x20;

// Fixed header, contributing sources and extension together; 0 when they are not all there, or it is no RTP.
inline size_t RtpHeaderBytes(Bytes packet) {
  if (packet.length < kRtpFixedHeaderBytes || packet.data[0] >> 6 != 2) return 0;
  size_t bytes = kRtpFixedHeaderBytes + 4 * (packet.data[0] & 0x0f);
  if ((packet.data[0] & kRtpExtensionBit) != 0) {
    if (packet.length < bytes + 4) return 0;
    bytes += 4 + 4 * static_cast<size_t>(ReadUint16(packet.data + bytes + 2));
  }
  return bytes <= packet.length ? bytes : 0;
}

}  // namespace zrtc
