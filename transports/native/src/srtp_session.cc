#include "srtp_session.h"

#include <cstring>

#include "rtp_header.h"

namespace zrtc {
namespace {

// The limits of transports/srtp/transform.ts, which says why.
constexpr uint32_t kRtpReplayWindowPackets = 1024;
constexpr uint32_t kRtcpReplayWindowPackets = 128;
constexpr size_t kMaxSourcesReceived = 64;
constexpr uint32_t kMaxRtcpPacketsSent = 0x7fffffff;

std::unique_ptr<PacketCipher> CipherFor(SrtpProfile profile, const MasterKey& master, KeyPurpose purpose) {
  SessionKeys keys;
  std::unique_ptr<PacketCipher> cipher;
  if (DeriveSessionKeys(profile, master, purpose, &keys)) cipher = MakePacketCipher(profile, keys);
  return cipher;
}

// The only other index that the first packet heard of a source can have: all before a rollover may have been lost.
int64_t AfterFirstRollover(int64_t index) {
  return index < kSequenceNumbers / 2 ? index + kSequenceNumbers : kNoIndex;
}

}  // namespace

SrtpSession::SrtpSession(SrtpProfile profile, const MasterKey& remote)
    : profile_(profile),
      remote_(remote),
      rtp_received_(kMaxSourcesReceived, kRtpReplayWindowPackets),
      rtcp_received_(kMaxSourcesReceived, kRtcpReplayWindowPackets) {}

std::shared_ptr<SrtpSession> SrtpSession::Make(SrtpProfile profile, const MasterKey& local, const MasterKey& remote) {
  std::shared_ptr<SrtpSession> session(new SrtpSession(profile, remote));
  session->egress_rtp_ = CipherFor(profile, local, KeyPurpose::kRtp);
  session->egress_rtcp_ = CipherFor(profile, local, KeyPurpose::kRtcp);
  session->ingress_rtcp_ = CipherFor(profile, remote, KeyPurpose::kRtcp);
  if (!session->egress_rtp_ || !session->egress_rtcp_ || !session->ingress_rtcp_) return nullptr;
  return session;
}

PacketCipher* SrtpSession::IngressRtp() {
  if (!ingress_rtp_) ingress_rtp_ = CipherFor(profile_, remote_, KeyPurpose::kRtp);
  return ingress_rtp_.get();
}

int SrtpSession::OpenRtp(uint8_t* to, Bytes packet) {
  const size_t header = RtpHeaderBytes(packet);
  PacketCipher* cipher = IngressRtp();
  if (header == 0 || cipher == nullptr || packet.length < header + cipher->rtp_overhead())
    return static_cast<int>(Refusal::kMalformed);
  const uint32_t ssrc = ReadUint32(packet.data + 8);
  ReceivedSource* source = rtp_received_.Find(ssrc);
  int64_t index = ReceivedIndex(source != nullptr ? source->window.highest() : kNoIndex, ReadUint16(packet.data + 2));
  if (source != nullptr && !source->window.Admits(index)) return static_cast<int>(Refusal::kReplay);
  bool is_authentic = cipher->OpenRtp(to, packet, header, ssrc, index);
  if (!is_authentic && source == nullptr) {
    index = AfterFirstRollover(index);
    is_authentic = index != kNoIndex && cipher->OpenRtp(to, packet, header, ssrc, index);
  }
  if (!is_authentic) return static_cast<int>(Refusal::kAuthentication);
  if (!rtp_received_.Commit(source, ssrc, index)) return static_cast<int>(Refusal::kTooManySources);
  return static_cast<int>(packet.length - cipher->rtp_overhead());
}

int SrtpSession::OpenRtcp(uint8_t* to, Bytes packet) {
  PacketCipher& cipher = *ingress_rtcp_;
  if (packet.length < kRtcpClearBytes + cipher.rtcp_overhead() || packet.data[0] >> 6 != 2)
    return static_cast<int>(Refusal::kMalformed);
  const uint32_t ssrc = ReadUint32(packet.data + 4);
  const uint32_t trailer = ReadUint32(packet.data + packet.length - cipher.rtcp_trailer_from_end());
  const int64_t index = trailer & ~kRtcpEncryptedBit;
  ReceivedSource* source = rtcp_received_.Find(ssrc);
  if (source != nullptr && !source->window.Admits(index)) return static_cast<int>(Refusal::kReplay);
  if (!cipher.OpenRtcp(to, packet, ssrc, trailer)) return static_cast<int>(Refusal::kAuthentication);
  if (!rtcp_received_.Commit(source, ssrc, index)) return static_cast<int>(Refusal::kTooManySources);
  return static_cast<int>(packet.length - cipher.rtcp_overhead());
}

size_t SrtpSession::SealRtp(uint8_t* to, size_t header, const Bytes* parts, size_t part_count, SentSource& source) {
  const int64_t index = SentIndex(source.highest, ReadUint16(to + 2));
  // An index from before the first packet is very high, and must not become the highest.
  if (index > source.highest && index - source.highest <= kSequenceNumbers) source.highest = index;
  return egress_rtp_->SealRtp(to, header, parts, part_count, source.ssrc, index);
}

size_t SrtpSession::SealWholeRtp(uint8_t* to, Bytes packet) {
  const size_t header = RtpHeaderBytes(packet);
  if (header == 0) return 0;
  memcpy(to, packet.data, header);
  const Bytes payload = {packet.data + header, packet.length - header};
  return SealRtp(to, header, &payload, 1, Sent(ReadUint32(packet.data + 8)));
}

size_t SrtpSession::SealRtcp(uint8_t* to, Bytes packet) {
  if (packet.length < kRtcpClearBytes || rtcp_packets_sent_ >= kMaxRtcpPacketsSent) return 0;
  rtcp_packets_sent_ += 1;
  return egress_rtcp_->SealRtcp(to, packet, ReadUint32(packet.data + 4), rtcp_packets_sent_);
}

SentSource& SrtpSession::Sent(uint32_t ssrc) {
  for (const auto& source : sent_) {
    if (source->ssrc == ssrc) return *source;
  }
  sent_.push_back(std::make_unique<SentSource>(SentSource{ssrc}));
  return *sent_.back();
}

}  // namespace zrtc
