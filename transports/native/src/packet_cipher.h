// What a protection profile does to one packet, once its index is known. Nothing is written outside of what is named, and
// no source is changed: what was not authentic can be tried again under another index.
#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "bytes.h"
#include "prefetch.h"

namespace zrtc {

enum class SrtpProfile { kAesGcm, kAesCm };

constexpr size_t kCipherKeyBytes = 16;
constexpr size_t kAuthenticationKeyBytes = 20;
constexpr size_t kSaltBytesMax = 14;
// The longest that any profile makes a packet: a tag of 16 bytes, and in RTCP an index of 4.
constexpr size_t kSealOverheadMax = 20;
constexpr size_t kRtcpClearBytes = 8;
constexpr size_t kRtcpTrailerBytes = 4;
constexpr uint32_t kRtcpEncryptedBit = 0x80000000;

constexpr size_t SaltBytes(SrtpProfile profile) { return profile == SrtpProfile::kAesGcm ? 12 : 14; }

// The keys of one direction, for RTP or for RTCP; nothing of them is left behind.
struct SessionKeys {
  ~SessionKeys() { OPENSSL_cleanse(this, sizeof *this); }

  uint8_t cipher_key[kCipherKeyBytes];
  uint8_t authentication_key[kAuthenticationKeyBytes];
  uint8_t salt[kSaltBytesMax];
};

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
// Of OpenSSL's struct, as far as it is read for each packet: what it points to cannot be reached from here.
constexpr size_t kContextLines = 3;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

// One direction's keys at work, for RTP or for RTCP.
class PacketCipher {
 public:
  virtual ~PacketCipher() = default;

  // Has its state fetched into the cache, for a seal that follows soon.
  virtual void Prefetch() const = 0;

  virtual size_t rtp_overhead() const = 0;
  virtual size_t rtcp_overhead() const = 0;
  // How far from the end of a sealed RTCP packet its E bit and index are.
  virtual size_t rtcp_trailer_from_end() const = 0;

  // Seals an RTP packet whose header stands at `to` already: `parts` are put after it, one after the other. Returns the
  // sealed length, 0 when the cipher fails. There is room for the overhead.
  virtual size_t SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, uint32_t ssrc,
                         int64_t index) = 0;
  // Opens `packet`, whose length is at least header and overhead, into `to`. False when it is not authentic.
  virtual bool OpenRtp(uint8_t* to, Bytes packet, size_t header, uint32_t ssrc, int64_t index) = 0;
  virtual size_t SealRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t index) = 0;
  // `packet` has the clear bytes and the overhead at least.
  virtual bool OpenRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t trailer) = 0;
};

// Null when the cipher cannot be had.
std::unique_ptr<PacketCipher> MakePacketCipher(SrtpProfile profile, const SessionKeys& keys);

}  // namespace zrtc
