#include "group.h"

#include <algorithm>

namespace zrtc {
namespace {

// Of an outlet, up to its payload types for media.
constexpr size_t kOutletLines = 4;
// Sealing for that many takes longer than memory does, some 0.1 µs.
constexpr size_t kViewersAStep = 2;

}  // namespace

// Order among viewers is nobody's concern: the last takes the place of the one who leaves.
void Group::Remove(const Outlet* outlet) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [outlet](const std::shared_ptr<Outlet>& one) { return one.get() == outlet; });
  if (found == members_.end()) return;
  std::swap(*found, members_.back());
  members_.pop_back();
}

// Each step needs what the step before it has fetched.
void Group::PrefetchFrom(size_t next) const {
  const size_t count = members_.size();
  if (const size_t at = next + 4 * kViewersAStep; at < count) PrefetchLines(members_[at].get(), kOutletLines);
  if (const size_t at = next + 3 * kViewersAStep; at < count) members_[at]->Prefetch();
  const auto srtp_of = [&](size_t at) { return at < count ? members_[at]->srtp() : nullptr; };
  if (const SrtpSession* srtp = srtp_of(next + 2 * kViewersAStep); srtp != nullptr) srtp->Prefetch();
  if (const SrtpSession* srtp = srtp_of(next + kViewersAStep); srtp != nullptr) srtp->PrefetchCipher();
}

size_t Group::Send(const std::vector<GroupPacket>& packets) {
  size_t queued = 0;
  // What the queue calls each packet's page, until it is flushed or it is another queue.
  std::vector<int> sources(packets.size(), -1);
  const SendQueue* known_by = nullptr;
  unsigned epoch = 0;
  for (size_t member = 0; member < members_.size(); ++member) {
    PrefetchFrom(member);
    const auto& outlet = members_[member];
    SendQueue* queue = outlet->queue.get();
    if (queue == nullptr) continue;
    for (size_t i = 0; i < packets.size(); ++i) {
      const GroupPacket& one = packets[i];
      if (one.page.has_value()) {
        // Room is made first, as making it may end what the queue calls the pages.
        if (queue->Reserve(one.packet.bytes.length + one.padding + kSealOverheadMax) == nullptr) continue;
        if (queue != known_by || queue->epoch() != epoch) {
          std::fill(sources.begin(), sources.end(), -1);
          known_by = queue;
          epoch = queue->epoch();
        }
        if (sources[i] < 0) sources[i] = queue->AddSource(*one.page);
      }
      const uint8_t padding = outlet->HasRtx(one.packet.bytes.data[1] & 0x7f) ? one.padding : 0;
      const auto number = static_cast<uint16_t>(one.sequence_number + outlet->number_offset);
      if (outlet->Send(one.packet, number, padding, sources[i])) queued += 1;
    }
  }
  return queued;
}

}  // namespace zrtc
