// The viewers of a track who are at its live edge: all get the same packets in the same turn, each in its own form.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "outlet.h"

namespace zrtc {

// A packet for all of a group.
struct GroupPacket {
  TrackPacket packet;
  // The track's own number, modulo 2^16.
  uint16_t sequence_number;
  // What makes it as long as its neighbours, for those viewers that it may be put to.
  uint8_t padding;
  // Where it lies in a slab of another thread.
  std::optional<SourcePage> page;
};

class Group {
 public:
  void Add(std::shared_ptr<Outlet> outlet) { members_.push_back(std::move(outlet)); }
  void Remove(const Outlet* outlet);

  // Puts all the packets to every member, and then to the next, so that what one viewer gets lies together. Returns how many
  // datagrams were queued.
  size_t Send(const std::vector<GroupPacket>& packets);

 private:
  void PrefetchFrom(size_t next) const;

  std::vector<std::shared_ptr<Outlet>> members_;
};

}  // namespace zrtc
