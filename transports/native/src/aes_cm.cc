// AES_CM_128_HMAC_SHA1_80: AES in counter mode, authenticated by HMAC-SHA1 cut to 80 bits (RFC 3711 section 4).
#include "aes_cm.h"

#include <cstring>

#include "packet_index.h"

namespace zrtc {
namespace {

constexpr size_t kTagBytes = 10;
constexpr size_t kCounterBytes = 16;

}  // namespace

bool AesCm::Begin() {
  context_.reset(EVP_CIPHER_CTX_new());
  return context_ && EVP_CipherInit_ex(context_.get(), EVP_aes_128_ctr(), nullptr, keys_.cipher_key, nullptr, 1) == 1;
}

size_t AesCm::Crypt(uint8_t* to, const Bytes* parts, size_t part_count, uint32_t ssrc, int64_t index) {
  // RFC 3711 section 4.1.1: the salt, the SSRC and the index, each at its place, then 16 bits that count blocks.
  uint8_t counter[kCounterBytes] = {};
  memcpy(counter, keys_.salt, SaltBytes(SrtpProfile::kAesCm));
  XorUint32(counter + 4, ssrc);
  XorUint32(counter + 8, static_cast<uint32_t>(index >> 16));
  XorUint16(counter + 12, static_cast<uint16_t>(index));
  if (EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, counter, 1) != 1) return 0;
  size_t length = 0;
  for (size_t i = 0; i < part_count; ++i) {
    int written = 0;
    if (parts[i].length == 0) continue;
    if (EVP_CipherUpdate(context_.get(), to + length, &written, parts[i].data, static_cast<int>(parts[i].length)) != 1)
      break;
    length += static_cast<size_t>(written);
  }
  return length;
}

size_t AesCm::rtp_overhead() const { return kTagBytes; }
size_t AesCm::rtcp_overhead() const { return kRtcpTrailerBytes + kTagBytes; }
size_t AesCm::rtcp_trailer_from_end() const { return kRtcpTrailerBytes + kTagBytes; }

size_t AesCm::SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, uint32_t ssrc, int64_t index) {
  size_t plain = 0;
  for (size_t i = 0; i < part_count; ++i) plain += parts[i].length;
  if (Crypt(to + header, parts, part_count, ssrc, index) != plain) return 0;
  const size_t end = header + plain;
  // The tag covers the rollover counter, which is not sent.
  uint8_t rollover[4];
  WriteUint32(rollover, RolloverCounter(index));
  uint8_t digest[SHA_DIGEST_LENGTH];
  hmac_.Sign(digest, {to, end}, {rollover, sizeof rollover});
  memcpy(to + end, digest, kTagBytes);
  return end + kTagBytes;
}

bool AesCm::OpenRtp(uint8_t* to, Bytes packet, size_t header, uint32_t ssrc, int64_t index) {
  const size_t end = packet.length - kTagBytes;
  uint8_t rollover[4];
  WriteUint32(rollover, RolloverCounter(index));
  uint8_t digest[SHA_DIGEST_LENGTH];
  hmac_.Sign(digest, {packet.data, end}, {rollover, sizeof rollover});
  if (CRYPTO_memcmp(digest, packet.data + end, kTagBytes) != 0) return false;
  memcpy(to, packet.data, header);
  const Bytes payload = {packet.data + header, end - header};
  return Crypt(to + header, &payload, 1, ssrc, index) == payload.length;
}

size_t AesCm::SealRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t index) {
  memcpy(to, packet.data, kRtcpClearBytes);
  const Bytes rest = {packet.data + kRtcpClearBytes, packet.length - kRtcpClearBytes};
  if (Crypt(to + kRtcpClearBytes, &rest, 1, ssrc, index) != rest.length) return 0;
  WriteUint32(to + packet.length, kRtcpEncryptedBit | index);
  const size_t authenticated = packet.length + kRtcpTrailerBytes;
  uint8_t digest[SHA_DIGEST_LENGTH];
  hmac_.Sign(digest, {to, authenticated});
  memcpy(to + authenticated, digest, kTagBytes);
  return authenticated + kTagBytes;
}

bool AesCm::OpenRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t trailer) {
  const size_t authenticated = packet.length - kTagBytes;
  uint8_t digest[SHA_DIGEST_LENGTH];
  hmac_.Sign(digest, {packet.data, authenticated});
  if (CRYPTO_memcmp(digest, packet.data + authenticated, kTagBytes) != 0) return false;
  const size_t end = authenticated - kRtcpTrailerBytes;
  memcpy(to, packet.data, end);
  if ((trailer & kRtcpEncryptedBit) == 0) return true;
  const Bytes rest = {packet.data + kRtcpClearBytes, end - kRtcpClearBytes};
  return Crypt(to + kRtcpClearBytes, &rest, 1, ssrc, trailer & ~kRtcpEncryptedBit) == rest.length;
}

}  // namespace zrtc
