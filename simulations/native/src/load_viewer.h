// A viewer as far as a server can tell, once its answer is there: connectivity checks, SRTP, reports once a second, requests
// for a keyframe until there is video. It counts what comes by the headers, which are in the clear (RFC 3711 section 3.1);
// one that is a sample decrypts each packet and notes how old it is. A core without clock or socket.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "bytes.h"
#include "receive_count.h"
#include "srtp_session.h"
#include "stun_check.h"

namespace zrtc {

constexpr double kNever = std::numeric_limits<double>::infinity();

// What is sent between these is measured, ms.
struct MeasuredSpan {
  double from_ms;
  double to_ms;
};

class LoadViewer {
 public:
  // Takes what the viewer has to say: datagrams for the server, and DTLS's that are for whoever does the handshake.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void Send(Bytes datagram) = 0;
    // The server answered a check for the first time.
    virtual void Checked() = 0;
    virtual void TakeDtls(Bytes datagram) = 0;
  };

  explicit LoadViewer(bool is_sample) : is_sample_(is_sample) {}

  // What the server offered, 0 for an SSRC that is not taken. False for what no server offers.
  bool Connect(double now_ms, const std::string& username, const std::string& remote_password, uint32_t video_ssrc,
               uint32_t audio_ssrc);
  // The handshake is done.
  void Secure(double now_ms, std::shared_ptr<SrtpSession> srtp);

  void Receive(double now_ms, Bytes datagram, const MeasuredSpan& span, Sink& sink);
  // When it wants Advance to be called next, ms.
  double due_at_ms() const { return due_at_ms_; }
  void Advance(double now_ms, Sink& sink);

  // What was counted so far is forgotten, but for when media came first.
  void Restart();

  const ReceiveCount& video() const { return video_.count; }
  const ReceiveCount& audio() const { return audio_.count; }
  double bytes() const { return bytes_; }
  // Since when there is media of each kind that is taken, ms; below 0 before.
  double media_at_ms() const { return media_at_ms_; }
  const std::vector<float>& delays_ms() const { return delays_ms_; }

 private:
  struct Track {
    uint32_t ssrc = 0;
    bool has_come = false;
    ReceiveCount count;
  };

  void TakeRtp(double now_ms, Bytes packet, const MeasuredSpan& span);
  void ReadMark(double now_ms, Bytes packet, const MeasuredSpan& span);
  void AskKeyframe(double now_ms, Sink& sink);
  void Report(double now_ms, Sink& sink);
  void SendRtcp(Bytes packet, Sink& sink);
  void Arm();

  const bool is_sample_;
  StunCheck check_;
  bool is_checked_ = false;
  std::shared_ptr<SrtpSession> srtp_;
  Track video_;
  Track audio_;
  double bytes_ = 0;
  double media_at_ms_ = -1;
  std::vector<float> delays_ms_;
  double check_at_ms_ = kNever;
  double ask_at_ms_ = kNever;
  double report_at_ms_ = kNever;
  double due_at_ms_ = kNever;
};

}  // namespace zrtc
