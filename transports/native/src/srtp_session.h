// SRTP and SRTCP of one session, both directions, as transports/srtp/transform.ts has them.
#pragma once

#include <vector>

#include "key_derivation.h"
#include "packet_cipher.h"
#include "received_sources.h"

namespace zrtc {

// Why a packet was not opened; the numbers are what JavaScript is told.
enum class Refusal { kMalformed = -1, kAuthentication = -2, kReplay = -3, kTooManySources = -4 };

// One of our own sources.
struct SentSource {
  uint32_t ssrc;
  // The highest index sent.
  int64_t highest = kNoIndex;
};

class SrtpSession {
 public:
  // Null when the ciphers cannot be had.
  static std::shared_ptr<SrtpSession> Make(SrtpProfile profile, const MasterKey& local, const MasterKey& remote);

  size_t overhead() const { return egress_rtp_->rtp_overhead(); }

  // The length of the packet inside, written to `to`, which is as long as `packet`; or a Refusal.
  int OpenRtp(uint8_t* to, Bytes packet);
  int OpenRtcp(uint8_t* to, Bytes packet);

  // Seals the packet whose header stands at `to`, with its own SSRC and sequence number. 0 when the cipher fails.
  size_t SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, SentSource& source);
  // A packet that is sent as it is; 0 when it is no RTP. `to` has room for the overhead.
  size_t SealWholeRtp(uint8_t* to, Bytes packet);
  // 0 when it is no RTCP, or the keys are spent.
  size_t SealRtcp(uint8_t* to, Bytes packet);

  // In two steps, some sessions ahead: what this points to, and then what that does.
  void Prefetch() const { PrefetchLines(egress_rtp_.get(), 2); }
  void PrefetchCipher() const { egress_rtp_->Prefetch(); }

  // Stays where it is as long as the session.
  SentSource& Sent(uint32_t ssrc);

 private:
  SrtpSession(SrtpProfile profile, const MasterKey& remote);
  // Who only watches sends no media: its ciphers for that are made when the first comes.
  PacketCipher* IngressRtp();

  const SrtpProfile profile_;
  const MasterKey remote_;
  std::unique_ptr<PacketCipher> egress_rtp_;
  std::unique_ptr<PacketCipher> egress_rtcp_;
  std::unique_ptr<PacketCipher> ingress_rtp_;
  std::unique_ptr<PacketCipher> ingress_rtcp_;
  ReceivedSources rtp_received_;
  ReceivedSources rtcp_received_;
  std::vector<std::unique_ptr<SentSource>> sent_;
  // One count for all our SSRCs: no two packets share an index, whoever they are from.
  uint32_t rtcp_packets_sent_ = 0;
};

}  // namespace zrtc
