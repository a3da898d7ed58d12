#pragma once

#include "hmac_sha1.h"
#include "packet_cipher.h"

namespace zrtc {

class AesCm final : public PacketCipher {
 public:
  explicit AesCm(const SessionKeys& keys) : keys_(keys), hmac_(keys.authentication_key, kAuthenticationKeyBytes) {}

  // False when the cipher cannot be had; then nothing else may be called.
  bool Begin();

  void Prefetch() const override { PrefetchLines(context_.get(), kContextLines); }
  size_t rtp_overhead() const override;
  size_t rtcp_overhead() const override;
  size_t rtcp_trailer_from_end() const override;
  size_t SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, uint32_t ssrc,
                 int64_t index) override;
  bool OpenRtp(uint8_t* to, Bytes packet, size_t header, uint32_t ssrc, int64_t index) override;
  size_t SealRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t index) override;
  bool OpenRtcp(uint8_t* to, Bytes packet, uint32_t ssrc, uint32_t trailer) override;

 private:
  // Counter mode is its own inverse. Returns how many bytes were written; less than there are when the cipher fails.
  size_t Crypt(uint8_t* to, const Bytes* parts, size_t part_count, uint32_t ssrc, int64_t index);

  const SessionKeys keys_;
  const HmacSha1 hmac_;
  CipherContext context_;
};

}  // namespace zrtc
