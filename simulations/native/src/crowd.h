// Viewers by the thousand, on one socket and one timer.
#pragma once

#include <memory>
#include <vector>

#include "crowd_address.h"
#include "load_socket.h"
#include "load_viewer.h"

namespace zrtc {

// As many as there are addresses before the last /16 of 127.0.0.0/8.
constexpr size_t kCrowdMax = 0xfd0000;

struct CrowdTotals {
  double received = 0;
  double bytes = 0;
  double lost = 0;
  double repeated = 0;
};

class Crowd : private LoadSocket::Owner {
 public:
  // What is the owner's to do.
  class Owner {
   public:
    virtual ~Owner() = default;
    // The server answered that viewer's check for the first time: the handshake may begin.
    virtual void Checked(size_t index) = 0;
    virtual void TakeDtls(size_t index, Bytes datagram) = 0;
  };

  explicit Crowd(Owner* owner) : owner_(owner), socket_(this) {}
  ~Crowd() override = default;

  // 0, or the errno of what failed; then it may be deleted.
  int Open(uv_loop_t* loop, int receive_buffer_bytes);
  // Deletes it, once the loop has let go; then `closed` is called with `data`.
  void Close(void (*closed)(void* data), void* data);

  // The number of a new viewer; kCrowdMax when there are no more addresses.
  size_t Add(bool is_sample);
  // False when there is no such viewer, or for what no server offers.
  bool Connect(size_t index, const sockaddr_in& server, const std::string& username, const std::string& password,
               uint32_t video_ssrc, uint32_t audio_ssrc);
  void Secure(size_t index, std::shared_ptr<SrtpSession> srtp);
  void Send(size_t index, Bytes datagram);
  void Remove(size_t index);
  // Null when there is none of that number.
  const LoadViewer* viewer(size_t index) const;

  // Reading begins again with new counts.
  void SetReading(bool is_reading);
  void Restart();
  void Measure(const MeasuredSpan& span) { span_ = span; }
  CrowdTotals totals() const;
  const LoadSocket& socket() const { return socket_; }
  void Flush() { socket_.Flush(); }

 private:
  struct Member {
    LoadViewer viewer;
    sockaddr_in server = {};
  };
  // A viewer's way out, for one call.
  class Way;

  void Receive(uint32_t local, Bytes datagram, double at_ms) override;
  void TurnEnds() override { socket_.Flush(); }
  void Advance();
  Member* Find(size_t index) const { return index < members_.size() ? members_[index].get() : nullptr; }
  void Arm(size_t index) { due_at_ms_[index] = members_[index]->viewer.due_at_ms(); }
  void OneClosed();

  Owner* owner_;
  LoadSocket socket_;
  uv_timer_t timer_;
  std::vector<std::unique_ptr<Member>> members_;
  // Of each, when it wants to be called; side by side, as all are looked at in every turn.
  std::vector<double> due_at_ms_;
  MeasuredSpan span_ = {0, 0};
  void (*closed_)(void*) = nullptr;
  void* closed_data_ = nullptr;
  int open_handles_ = 0;
};

}  // namespace zrtc
