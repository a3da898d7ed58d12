#include "outlet.h"

#include <algorithm>
#include <cstring>

namespace zrtc {
namespace {

constexpr size_t kExtensionHeaderBytes = 4;
constexpr size_t kOriginalNumberBytes = 2;
constexpr size_t kPaddingMax = 255;

// In place; elements that the viewer did not negotiate become padding (RFC 8285 section 4.1.2).
void RemapExtensions(uint8_t* bytes, size_t header, const ExtensionIds& extensions) {
  size_t at = kRtpFixedHeaderBytes + kExtensionHeaderBytes;
  while (at < header) {
    const uint8_t element = bytes[at];
    if (element == 0) {
      at += 1;
      continue;
    }
    const size_t next = std::min(header, at + 2 + (element & 0x0f));
    const uint8_t id = extensions.ids[element >> 4];
    if (id != 0) bytes[at] = static_cast<uint8_t>((id << 4) | (element & 0x0f));
    else memset(bytes + at, 0, next - at);
    at = next;
  }
}

// The parts after the header, as they are. The whole length.
size_t Join(uint8_t* to, size_t header, const Bytes* parts, size_t part_count) {
  size_t length = header;
  for (size_t i = 0; i < part_count; ++i) {
    memcpy(to + length, parts[i].data, parts[i].length);
    length += parts[i].length;
  }
  return length;
}

}  // namespace

Outlet::Outlet(std::shared_ptr<SrtpSession> srtp, const OutletTerms& terms)
    : srtp_(std::move(srtp)),
      terms_(terms),
      sent_(srtp_ ? &srtp_->Sent(terms.ssrc) : nullptr),
      rtx_sent_(srtp_ ? &srtp_->Sent(terms.rtx_ssrc) : nullptr) {}

void Outlet::WriteHeader(uint8_t* at, const TrackPacket& packet, uint16_t sequence_number) const {
  memcpy(at, packet.bytes.data, packet.header);
  at[1] = static_cast<uint8_t>((at[1] & 0x80) | terms_.payload_types[at[1] & 0x7f]);
  WriteUint16(at + 2, sequence_number);
  WriteUint32(at + 4, packet.timestamp);
  WriteUint32(at + 8, terms_.ssrc);
  if (!terms_.extensions.are_ours && packet.header > kRtpFixedHeaderBytes)
    RemapExtensions(at, packet.header, terms_.extensions);
}

bool Outlet::Put(uint8_t* at, size_t header, const Bytes* parts, size_t part_count, SentSource* sent, int source) {
  const size_t length =
      srtp_ ? srtp_->SealRtp(at, header, parts, part_count, *sent) : Join(at, header, parts, part_count);
  if (length == 0) return false;
  queue->Commit(length, to, source);
  return true;
}

bool Outlet::Send(const TrackPacket& packet, uint16_t sequence_number, uint8_t padding, int source) {
  if (queue == nullptr || !Takes(packet.bytes.data[1] & 0x7f)) return false;
  uint8_t* at = queue->Reserve(packet.bytes.length + padding + kSealOverheadMax);
  if (at == nullptr) return false;
  WriteHeader(at, packet, sequence_number);
  const Bytes payload = {packet.bytes.data + packet.header, packet.bytes.length - packet.header};
  uint8_t pad[kPaddingMax] = {};
  // The last of padding's bytes counts them (RFC 3550 section 5.1).
  if (padding > 0) {
    at[0] |= kRtpPaddingBit;
    pad[padding - 1] = padding;
  }
  if (srtp_ == nullptr && packet.stays) {
    memcpy(at + packet.header, pad, padding);
    queue->CommitAround(packet.header, payload, padding, to, source);
    return true;
  }
  const Bytes parts[] = {payload, {pad, padding}};
  return Put(at, packet.header, parts, padding > 0 ? 2 : 1, sent_, source);
}

bool Outlet::SendRtx(const TrackPacket& packet, uint16_t sequence_number, uint16_t rtx_sequence_number, int source) {
  const uint8_t payload_type = packet.bytes.data[1] & 0x7f;
  if (queue == nullptr || !HasRtx(payload_type) || !Takes(payload_type)) return false;
  uint8_t* at = queue->Reserve(packet.bytes.length + kOriginalNumberBytes + kSealOverheadMax);
  if (at == nullptr) return false;
  WriteHeader(at, packet, rtx_sequence_number);
  at[1] = static_cast<uint8_t>((at[1] & 0x80) | terms_.rtx_payload_types[payload_type]);
  WriteUint32(at + 8, terms_.rtx_ssrc);
  uint8_t original[kOriginalNumberBytes];
  WriteUint16(original, sequence_number);
  const Bytes parts[] = {{original, sizeof original},
                         {packet.bytes.data + packet.header, packet.bytes.length - packet.header}};
  return Put(at, packet.header, parts, 2, rtx_sent_, source);
}

}  // namespace zrtc
