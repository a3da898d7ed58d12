#include "crowd.h"

#include "monotonic_clock.h"

namespace zrtc {
namespace {

// Nothing that a viewer does of its own accord has to be more exact.
constexpr uint64_t kTurnMs = 10;

}  // namespace

class Crowd::Way : public LoadViewer::Sink {
 public:
  Way(Crowd* crowd, size_t index) : crowd_(crowd), index_(index) {}

  void Send(Bytes datagram) override { crowd_->Send(index_, datagram); }
  void Checked() override { crowd_->owner_->Checked(index_); }
  void TakeDtls(Bytes datagram) override { crowd_->owner_->TakeDtls(index_, datagram); }

 private:
  Crowd* const crowd_;
  const size_t index_;
};

int Crowd::Open(uv_loop_t* loop, int receive_buffer_bytes) {
  if (const int error = socket_.Open(loop, receive_buffer_bytes); error != 0) return error;
  uv_timer_init(loop, &timer_);
  timer_.data = this;
  uv_timer_start(&timer_, [](uv_timer_t* timer) { static_cast<Crowd*>(timer->data)->Advance(); }, kTurnMs, kTurnMs);
  open_handles_ = 2;
  return 0;
}

void Crowd::Close(void (*closed)(void*), void* data) {
  closed_ = closed;
  closed_data_ = data;
  uv_timer_stop(&timer_);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_),
           [](uv_handle_t* handle) { static_cast<Crowd*>(handle->data)->OneClosed(); });
  socket_.Close([](void* crowd) { static_cast<Crowd*>(crowd)->OneClosed(); }, this);
}

void Crowd::OneClosed() {
  open_handles_ -= 1;
  if (open_handles_ > 0) return;
  void (*closed)(void*) = closed_;
  void* data = closed_data_;
  delete this;
  closed(data);
}

size_t Crowd::Add(bool is_sample) {
  if (members_.size() >= kCrowdMax) return kCrowdMax;
  members_.push_back(std::make_unique<Member>(Member{LoadViewer(is_sample)}));
  due_at_ms_.push_back(kNever);
  return members_.size() - 1;
}

bool Crowd::Connect(size_t index, const sockaddr_in& server, const std::string& username, const std::string& password,
                    uint32_t video_ssrc, uint32_t audio_ssrc) {
  Member* member = Find(index);
  if (member == nullptr) return false;
  member->server = server;
  if (!member->viewer.Connect(MonotonicMs(), username, password, video_ssrc, audio_ssrc)) return false;
  Way way(this, index);
  member->viewer.Advance(MonotonicMs(), way);
  Arm(index);
  return true;
}

void Crowd::Secure(size_t index, std::shared_ptr<SrtpSession> srtp) {
  Member* member = Find(index);
  if (member == nullptr) return;
  member->viewer.Secure(MonotonicMs(), std::move(srtp));
  Arm(index);
}

void Crowd::Send(size_t index, Bytes datagram) {
  if (const Member* member = Find(index); member != nullptr)
    socket_.Send(kCrowdAddress + 1 + static_cast<uint32_t>(index), member->server, datagram);
}

void Crowd::Remove(size_t index) {
  if (Find(index) == nullptr) return;
  members_[index].reset();
  due_at_ms_[index] = kNever;
}

const LoadViewer* Crowd::viewer(size_t index) const {
  const Member* member = Find(index);
  return member == nullptr ? nullptr : &member->viewer;
}

void Crowd::SetReading(bool is_reading) {
  socket_.SetReading(is_reading);
  if (is_reading) Restart();
}

void Crowd::Restart() {
  for (const auto& member : members_) {
    if (member) member->viewer.Restart();
  }
}

CrowdTotals Crowd::totals() const {
  CrowdTotals totals;
  for (const auto& member : members_) {
    if (!member) continue;
    for (const ReceiveCount* count : {&member->viewer.video(), &member->viewer.audio()}) {
      totals.received += count->received;
      totals.lost += count->lost();
      totals.repeated += count->repeated;
    }
    totals.bytes += member->viewer.bytes();
  }
  return totals;
}

void Crowd::Receive(uint32_t local, Bytes datagram, double at_ms) {
  // An address below the first one becomes a number that nobody has.
  const size_t index = local - kCrowdAddress - 1;
  Member* member = Find(index);
  if (member == nullptr) return;
  Way way(this, index);
  member->viewer.Receive(at_ms, datagram, span_, way);
  // What the owner did meanwhile may have removed it.
  if (Find(index) != nullptr) Arm(index);
}

void Crowd::Advance() {
  const double now_ms = MonotonicMs();
  for (size_t index = 0; index < due_at_ms_.size(); ++index) {
    if (due_at_ms_[index] > now_ms) continue;
    Way way(this, index);
    members_[index]->viewer.Advance(now_ms, way);
    Arm(index);
  }
  socket_.Flush();
}

}  // namespace zrtc
