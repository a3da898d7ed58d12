// AEAD_AES_128_GCM (RFC 7714): encryption and authentication in one.
#include "aes_gcm.h"

#include <cstring>

namespace zrtc {
namespace {

constexpr size_t kTagBytes = 16;
constexpr size_t kNonceBytes = 12;

// RFC 7714 section 8.1: two zero bytes, the SSRC, the rollover counter and the sequence number, all salted.
void RtpNonce(uint8_t* nonce, const SessionKeys& keys, uint32_t ssrc, int64_t index) {
  memcpy(nonce, keys.salt, kNonceBytes);
  XorUint32(nonce + 2, ssrc);
  XorUint32(nonce + 6, static_cast<uint32_t>(index >> 16));
  XorUint16(nonce + 10, static_cast<uint16_t>(index));
}

// RFC 7714 section 9.1: two zero bytes, the SSRC, two zero bytes and the index, all salted.
void RtcpNonce(uint8_t* nonce, const SessionKeys& keys, uint32_t ssrc, uint32_t index) {
  memcpy(nonce, keys.salt, kNonceBytes);
  XorUint32(nonce + 2, ssrc);
  XorUint32(nonce + 8, index);
}

}  // namespace

bool AesGcm::Begin() {
  context_.reset(EVP_CIPHER_CTX_new());
  return context_ && EVP_CipherInit_ex(context_.get(), EVP_aes_128_gcm(), nullptr, keys_.cipher_key, nullptr, 1) == 1;
}

// The tag of `associated` and what is encrypted goes behind the ciphertext.
size_t AesGcm::Seal(uint8_t* to, const uint8_t* nonce, Bytes associated, const Bytes* parts, size_t part_count) {
  EVP_CIPHER_CTX* context = context_.get();
  int written = 0;
  if (EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, 1) != 1) return 0;
  if (EVP_CipherUpdate(context, nullptr, &written, associated.data, static_cast<int>(associated.length)) != 1) return 0;
  size_t length = 0;
  for (size_t i = 0; i < part_count; ++i) {
    if (parts[i].length == 0) continue;
    if (EVP_CipherUpdate(context, to + length, &written, parts[i].data, static_cast<int>(parts[i].length)) != 1) return 0;
    length += static_cast<size_t>(written);
  }
  if (EVP_CipherFinal_ex(context, to + length, &written) != 1) return 0;
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, to + length) != 1) return 0;
  return length + kTagBytes;
}

bool AesGcm::Open(uint8_t* to, const uint8_t* nonce, Bytes associated, Bytes sealed, const uint8_t* tag) {
  EVP_CIPHER_CTX* context = context_.get();
  int written = 0;
  if (EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, 0) != 1) return false;
  if (EVP_CipherUpdate(context, nullptr, &written, associated.data, static_cast<int>(associated.length)) != 1) return false;
  if (sealed.length > 0 &&
      EVP_CipherUpdate(context, to, &written, sealed.data, static_cast<int>(sealed.length)) != 1)
    return false;
  if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, const_cast<uint8_t*>(tag)) != 1) return false;
  return EVP_CipherFinal_ex(context, to + sealed.length, &written) == 1;
}

size_t AesGcm::rtp_overhead() const { return kTagBytes; }
size_t AesGcm::rtcp_overhead() const { return kTagBytes + kRtcpTrailerBytes; }
size_t AesGcm::rtcp_trailer_from_end() const { return kRtcpTrailerBytes; }

size_t AesGcm::SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, uint32_t ssrc,
                       int64_t index) {
  uint8_t nonce[kNonceBytes];
  RtpNonce(nonce, keys_, ssrc, index);
  const size_t sealed = Seal(to + header, nonce, {to, header}, parts, part_count);
  return sealed == 0 ? 0 : header + sealed;
}

bool AesGcm::OpenRtp(uint8_t* to, Bytes packet, size_t header, uint32_t ssrc, int64_t index) {
  uint8_t nonce[kNonceBytes];
  RtpNonce(nonce, keys_, ssrc, index);
  const size_t end = packet.length - kTagBytes;
  if (!Open(to + header, nonce, {packet.data, header}, {packet.data + header, end - header}, packet.data + end))
    return false;
  memcpy(to, packet.data, header);
  return true;
}

size_t AesGcm::SealRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t index) {
  uint8_t nonce[kNonceBytes];
  RtcpNonce(nonce, keys_, ssrc, index);
  // RFC 7714 section 9.2: what an encrypted RTCP packet leaves in the clear, which is authenticated all the same.
  uint8_t associated[kRtcpClearBytes + kRtcpTrailerBytes];
  memcpy(associated, packet.data, kRtcpClearBytes);
  WriteUint32(associated + kRtcpClearBytes, kRtcpEncryptedBit | index);
  const Bytes rest = {packet.data + kRtcpClearBytes, packet.length - kRtcpClearBytes};
  const size_t sealed = Seal(to + kRtcpClearBytes, nonce, {associated, sizeof associated}, &rest, 1);
  if (sealed == 0) return 0;
  memcpy(to, packet.data, kRtcpClearBytes);
  WriteUint32(to + kRtcpClearBytes + sealed, kRtcpEncryptedBit | index);
  return kRtcpClearBytes + sealed + kRtcpTrailerBytes;
}

bool AesGcm::OpenRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t trailer) {
  uint8_t nonce[kNonceBytes];
  RtcpNonce(nonce, keys_, ssrc, trailer & ~kRtcpEncryptedBit);
  const size_t tag_at = packet.length - kRtcpTrailerBytes - kTagBytes;
  const uint8_t* tag = packet.data + tag_at;
  if ((trailer & kRtcpEncryptedBit) != 0) {
    uint8_t associated[kRtcpClearBytes + kRtcpTrailerBytes];
    memcpy(associated, packet.data, kRtcpClearBytes);
    WriteUint32(associated + kRtcpClearBytes, trailer);
    const Bytes sealed = {packet.data + kRtcpClearBytes, tag_at - kRtcpClearBytes};
    if (!Open(to + kRtcpClearBytes, nonce, {associated, sizeof associated}, sealed, tag)) return false;
    memcpy(to, packet.data, kRtcpClearBytes);
    return true;
  }
  // RFC 7714 section 9.3: nothing is encrypted, and all of it is authenticated. The trailer stands behind for the moment:
  // `to` has room for the whole sealed packet.
  memcpy(to, packet.data, tag_at);
  WriteUint32(to + tag_at, trailer);
  return Open(to + tag_at + kRtcpTrailerBytes, nonce, {to, tag_at + kRtcpTrailerBytes}, {}, tag);
}

}  // namespace zrtc
