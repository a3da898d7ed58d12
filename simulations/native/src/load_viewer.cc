#include "load_viewer.h"

#include <algorithm>
#include <cstring>

#include "packet_mark.h"
#include "rtp_header.h"

namespace zrtc {
namespace {

// As browsers have them: until the first answer, and between checks on the pair in use.
constexpr double kFirstCheckIntervalMs = 100;
constexpr double kCheckIntervalMs = 2500;
// libwebrtc waits as long for a keyframe before it asks, and asks again.
constexpr double kKeyframeWaitMs = 200;
constexpr double kReportIntervalMs = 1000;
// As the sender of its RTCP: any number will do, since it sends no media.
constexpr uint32_t kOwnSsrc = 1;
// Of one sample: a minute of 400 packets a second.
constexpr size_t kDelaysMax = 24'000;
// The longest packet that is opened.
constexpr size_t kPacketBytesMax = 2048;

constexpr size_t kReceiverReportBytes = 8;
constexpr size_t kReportBlockBytes = 24;
constexpr size_t kPliBytes = 12;
constexpr uint8_t kReceiverReport = 201;
constexpr uint8_t kPayloadFeedback = 206;
constexpr uint8_t kPictureLoss = 1;

// RFC 3550 section 6.4.2 without its blocks, of which there are `blocks`.
void WriteReportHeader(uint8_t* to, uint8_t blocks) {
  to[0] = static_cast<uint8_t>(0x80 | blocks);
  to[1] = kReceiverReport;
  WriteUint16(to + 2, static_cast<uint16_t>((kReceiverReportBytes + blocks * kReportBlockBytes) / 4 - 1));
  WriteUint32(to + 4, kOwnSsrc);
}

// As much of a report as is counted anyway: no jitter, and no round trip.
void WriteBlock(uint8_t* to, uint32_t ssrc, const ReceiveCount& count) {
  memset(to, 0, kReportBlockBytes);
  WriteUint32(to, ssrc);
  const double lost = std::clamp(count.lost(), 0.0, static_cast<double>(0x7fffff));
  WriteUint32(to + 4, static_cast<uint32_t>(lost));
  WriteUint32(to + 8, count.extended_highest());
}

}  // namespace

bool LoadViewer::Connect(double now_ms, const std::string& username, const std::string& remote_password,
                         uint32_t video_ssrc, uint32_t audio_ssrc) {
  if (!check_.Begin(username, remote_password)) return false;
  video_.ssrc = video_ssrc;
  audio_.ssrc = audio_ssrc;
  check_at_ms_ = now_ms;
  Arm();
  return true;
}

void LoadViewer::Secure(double now_ms, std::shared_ptr<SrtpSession> srtp) {
  srtp_ = std::move(srtp);
  ask_at_ms_ = video_.ssrc == 0 ? kNever : now_ms + kKeyframeWaitMs;
  report_at_ms_ = now_ms + kReportIntervalMs;
  Arm();
}

void LoadViewer::Receive(double now_ms, Bytes datagram, const MeasuredSpan& span, Sink& sink) {
  if (datagram.length == 0) return;
  const uint8_t first = datagram.data[0];
  // RFC 7983 section 7. Of RTP and RTCP only the former is of interest (RFC 5761 section 4).
  if (first >= 128 && first <= 191) {
    if (datagram.length >= kRtpFixedHeaderBytes && (datagram.data[1] < 192 || datagram.data[1] > 223))
      TakeRtp(now_ms, datagram, span);
  } else if (first >= 20 && first <= 63) {
    sink.TakeDtls(datagram);
  } else if (first <= 3 && !is_checked_ && check_.IsAnswer(datagram)) {
    is_checked_ = true;
    check_at_ms_ = now_ms + kCheckIntervalMs;
    Arm();
    sink.Checked();
  }
}

void LoadViewer::TakeRtp(double now_ms, Bytes packet, const MeasuredSpan& span) {
  const uint32_t ssrc = ReadUint32(packet.data + 8);
  if (ssrc == 0) return;
  Track* track = ssrc == video_.ssrc ? &video_ : ssrc == audio_.ssrc ? &audio_ : nullptr;
  if (track == nullptr) return;
  track->count.Add(ReadUint16(packet.data + 2));
  bytes_ += static_cast<double>(packet.length);
  if (!track->has_come) {
    track->has_come = true;
    if ((video_.ssrc == 0 || video_.has_come) && (audio_.ssrc == 0 || audio_.has_come)) media_at_ms_ = now_ms;
  }
  if (is_sample_) ReadMark(now_ms, packet, span);
}

void LoadViewer::ReadMark(double now_ms, Bytes packet, const MeasuredSpan& span) {
  if (!srtp_ || packet.length > kPacketBytesMax) return;
  uint8_t opened[kPacketBytesMax];
  const int length = srtp_->OpenRtp(opened, packet);
  if (length <= 0) return;
  const size_t header = RtpHeaderBytes({opened, static_cast<size_t>(length)});
  const double sent_at_ms = MarkedAtMs({opened + header, static_cast<size_t>(length) - header});
  if (sent_at_ms < span.from_ms || sent_at_ms >= span.to_ms || delays_ms_.size() >= kDelaysMax) return;
  delays_ms_.push_back(static_cast<float>(now_ms - sent_at_ms));
}

void LoadViewer::Advance(double now_ms, Sink& sink) {
  if (now_ms >= check_at_ms_) {
    uint8_t check[kCheckBytesMax];
    sink.Send({check, check_.Write(check)});
    check_at_ms_ = now_ms + (is_checked_ ? kCheckIntervalMs : kFirstCheckIntervalMs);
  }
  if (now_ms >= ask_at_ms_) AskKeyframe(now_ms, sink);
  if (now_ms >= report_at_ms_) Report(now_ms, sink);
  Arm();
}

void LoadViewer::AskKeyframe(double now_ms, Sink& sink) {
  ask_at_ms_ = video_.has_come ? kNever : now_ms + kKeyframeWaitMs;
  if (video_.has_come) return;
  uint8_t bytes[kReceiverReportBytes + kPliBytes];
  WriteReportHeader(bytes, 0);
  uint8_t* pli = bytes + kReceiverReportBytes;
  pli[0] = 0x80 | kPictureLoss;
  pli[1] = kPayloadFeedback;
  WriteUint16(pli + 2, kPliBytes / 4 - 1);
  WriteUint32(pli + 4, kOwnSsrc);
  WriteUint32(pli + 8, video_.ssrc);
  SendRtcp({bytes, sizeof bytes}, sink);
}

void LoadViewer::Report(double now_ms, Sink& sink) {
  report_at_ms_ += kReportIntervalMs;
  if (report_at_ms_ <= now_ms) report_at_ms_ = now_ms + kReportIntervalMs;
  uint8_t bytes[kReceiverReportBytes + 2 * kReportBlockBytes];
  uint8_t blocks = 0;
  for (const Track* track : {&video_, &audio_}) {
    if (!track->count.has_any()) continue;
    WriteBlock(bytes + kReceiverReportBytes + blocks * kReportBlockBytes, track->ssrc, track->count);
    blocks += 1;
  }
  WriteReportHeader(bytes, blocks);
  SendRtcp({bytes, kReceiverReportBytes + blocks * kReportBlockBytes}, sink);
}

void LoadViewer::SendRtcp(Bytes packet, Sink& sink) {
  uint8_t sealed[kReceiverReportBytes + 2 * kReportBlockBytes + kSealOverheadMax];
  const size_t length = srtp_->SealRtcp(sealed, packet);
  if (length > 0) sink.Send({sealed, length});
}

void LoadViewer::Restart() {
  video_.count = ReceiveCount();
  audio_.count = ReceiveCount();
  bytes_ = 0;
  delays_ms_.clear();
}

void LoadViewer::Arm() { due_at_ms_ = std::min({check_at_ms_, ask_at_ms_, report_at_ms_}); }

}  // namespace zrtc
