#include "stun_check.h"

#include <openssl/rand.h>

#include <array>
#include <cstring>

namespace zrtc {
namespace {

constexpr size_t kHeaderBytes = 20;
constexpr uint16_t kBindingRequest = 0x0001;
constexpr uint16_t kBindingSuccess = 0x0101;
constexpr uint32_t kMagicCookie = 0x2112a442;
constexpr uint16_t kUsername = 0x0006;
constexpr uint16_t kMessageIntegrity = 0x0008;
constexpr uint16_t kPriority = 0x0024;
constexpr uint16_t kUseCandidate = 0x0025;
constexpr uint16_t kFingerprint = 0x8028;
constexpr uint16_t kIceControlling = 0x802a;
constexpr size_t kAttributeHeaderBytes = 4;
constexpr uint32_t kFingerprintXor = 0x5354554e;
constexpr size_t kUsernameMax = 513;
// An HMAC's block: the passwords of our own server, which this is the client of, have 24 bytes.
constexpr size_t kPasswordMax = SHA_CBLOCK;

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table = {};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xedb88320 ^ (value >> 1) : value >> 1;
    table[i] = value;
  }
  return table;
}

uint32_t Crc32(Bytes bytes) {
  static constexpr std::array<uint32_t, 256> table = MakeCrcTable();
  uint32_t value = 0xffffffff;
  for (size_t i = 0; i < bytes.length; ++i) value = table[(value ^ bytes.data[i]) & 0xff] ^ (value >> 8);
  return ~value;
}

size_t Padded(size_t length) { return (length + 3) & ~size_t{3}; }

// Where the next attribute goes.
size_t Put(uint8_t* to, size_t at, uint16_t type, const void* value, size_t length) {
  WriteUint16(to + at, type);
  WriteUint16(to + at + 2, static_cast<uint16_t>(length));
  memset(to + at + kAttributeHeaderBytes, 0, Padded(length));
  if (length > 0) memcpy(to + at + kAttributeHeaderBytes, value, length);
  return at + kAttributeHeaderBytes + Padded(length);
}

// RFC 8489 section 14.5: over all before it, with a length that ends with it.
void Sign(const HmacSha1& key, uint8_t* message, size_t at, uint8_t* digest) {
  WriteUint16(message + 2, static_cast<uint16_t>(at + kAttributeHeaderBytes + SHA_DIGEST_LENGTH - kHeaderBytes));
  key.Sign(digest, {message, at});
}

}  // namespace

bool StunCheck::Begin(const std::string& username, const std::string& remote_password) {
  if (username.size() > kUsernameMax || remote_password.size() > kPasswordMax) return false;
  username_ = username;
  integrity_.emplace(reinterpret_cast<const uint8_t*>(remote_password.data()), remote_password.size());
  return true;
}

size_t StunCheck::Write(uint8_t* to) {
  RAND_bytes(transaction_id_, sizeof transaction_id_);
  WriteUint16(to, kBindingRequest);
  WriteUint32(to + 4, kMagicCookie);
  memcpy(to + 8, transaction_id_, sizeof transaction_id_);
  const uint8_t priority[4] = {0, 0, 0, 1};
  const uint8_t tie_breaker[8] = {0, 0, 0, 0, 0, 0, 0, 1};
  size_t at = Put(to, kHeaderBytes, kUsername, username_.data(), username_.size());
  at = Put(to, at, kPriority, priority, sizeof priority);
  at = Put(to, at, kUseCandidate, nullptr, 0);
  at = Put(to, at, kIceControlling, tie_breaker, sizeof tie_breaker);
  uint8_t digest[SHA_DIGEST_LENGTH];
  Sign(*integrity_, to, at, digest);
  at = Put(to, at, kMessageIntegrity, digest, sizeof digest);
  // RFC 8489 section 14.7: the last, and counted in the length that it is taken over.
  WriteUint16(to + 2, static_cast<uint16_t>(at + kAttributeHeaderBytes + 4 - kHeaderBytes));
  uint8_t fingerprint[4];
  WriteUint32(fingerprint, Crc32({to, at}) ^ kFingerprintXor);
  return Put(to, at, kFingerprint, fingerprint, sizeof fingerprint);
}

bool StunCheck::IsAnswer(Bytes message) const {
  if (!integrity_ || message.length < kHeaderBytes || message.length > kCheckBytesMax) return false;
  if (ReadUint16(message.data) != kBindingSuccess || ReadUint32(message.data + 4) != kMagicCookie) return false;
  if (memcmp(message.data + 8, transaction_id_, sizeof transaction_id_) != 0) return false;
  uint8_t copy[kCheckBytesMax];
  memcpy(copy, message.data, message.length);
  for (size_t at = kHeaderBytes; at + kAttributeHeaderBytes <= message.length;) {
    const size_t length = ReadUint16(message.data + at + 2);
    if (at + kAttributeHeaderBytes + length > message.length) return false;
    if (ReadUint16(message.data + at) == kMessageIntegrity && length == SHA_DIGEST_LENGTH) {
      uint8_t digest[SHA_DIGEST_LENGTH];
      Sign(*integrity_, copy, at, digest);
      return CRYPTO_memcmp(digest, message.data + at + kAttributeHeaderBytes, sizeof digest) == 0;
    }
    at += kAttributeHeaderBytes + Padded(length);
  }
  return false;
}

}  // namespace zrtc
