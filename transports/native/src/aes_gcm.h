#pragma once

#include "packet_cipher.h"

namespace zrtc {

class AesGcm final : public PacketCipher {
 public:
  explicit AesGcm(const SessionKeys& keys) : keys_(keys) {}

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
  size_t Seal(uint8_t* to, const uint8_t* nonce, Bytes associated, const Bytes* parts, size_t part_count);
  bool Open(uint8_t* to, const uint8_t* nonce, Bytes associated, Bytes sealed, const uint8_t* tag);

  const SessionKeys keys_;
  CipherContext context_;
};

}  // namespace zrtc
