// The sources that a peer sends from, and which packets of each have been seen (RFC 3711 section 3.3.2), as
// transports/srtp/received-sources.ts and replay-window.ts have them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "packet_index.h"

namespace zrtc {

class ReplayWindow {
 public:
  // How many indices it looks back over: a power of two, at least 64.
  explicit ReplayWindow(uint32_t size) : seen_(size / 64), size_(size) {}

  int64_t highest() const { return highest_; }

  // Whether the packet is neither a repetition nor older than the window.
  bool Admits(int64_t index) const {
    if (index > highest_) return true;
    return index > highest_ - size_ && (seen_[Word(index)] & Bit(index)) == 0;
  }

  // Records a packet that was admitted and authentic.
  void Commit(int64_t index) {
    if (index > highest_) Advance(index);
    seen_[Word(index)] |= Bit(index);
  }

 private:
  size_t Word(int64_t index) const { return static_cast<size_t>(index % size_) / 64; }
  uint64_t Bit(int64_t index) const { return uint64_t{1} << (static_cast<uint64_t>(index % size_) % 64); }

  void Advance(int64_t index) {
    if (index - highest_ >= size_) {
      for (uint64_t& word : seen_) word = 0;
    } else {
      for (int64_t reused = highest_ + 1; reused <= index; ++reused) seen_[Word(reused)] &= ~Bit(reused);
    }
    highest_ = index;
  }

  // One bit an index, as a ring.
  std::vector<uint64_t> seen_;
  const int64_t size_;
  int64_t highest_ = kNoIndex;
};

struct ReceivedSource {
  uint32_t ssrc;
  ReplayWindow window;
  // How many packets of all sources had been committed when one of this source last was.
  uint64_t heard_at_packet;
};

class ReceivedSources {
 public:
  ReceivedSources(size_t max_sources, uint32_t window_packets)
      : max_sources_(max_sources), window_packets_(window_packets) {}

  ReceivedSource* Find(uint32_t ssrc) {
    for (const auto& source : sources_) {
      if (source->ssrc == ssrc) return source.get();
    }
    return nullptr;
  }

  // Records an authentic packet of `known`, or of a new source; false when that is one source too many.
  bool Commit(ReceivedSource* known, uint32_t ssrc, int64_t index) {
    ReceivedSource* source = known != nullptr ? known : Add(ssrc);
    if (source == nullptr) return false;
    source->window.Commit(index);
    packets_ += 1;
    source->heard_at_packet = packets_;
    return true;
  }

 private:
  ReceivedSource* Add(uint32_t ssrc) {
    if (sources_.size() >= max_sources_ && !ForgetQuietest()) return nullptr;
    sources_.push_back(std::make_unique<ReceivedSource>(ReceivedSource{ssrc, ReplayWindow(window_packets_), packets_}));
    return sources_.back().get();
  }

  // Only one that was heard a whole window of packets ago, so that a peer that makes up sources pushes out none in use.
  bool ForgetQuietest() {
    size_t quietest = sources_.size();
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i]->heard_at_packet + window_packets_ > packets_) continue;
      if (quietest == sources_.size() || sources_[i]->heard_at_packet < sources_[quietest]->heard_at_packet) quietest = i;
    }
    if (quietest == sources_.size()) return false;
    sources_.erase(sources_.begin() + static_cast<ptrdiff_t>(quietest));
    return true;
  }

  std::vector<std::unique_ptr<ReceivedSource>> sources_;
  const size_t max_sources_;
  const uint32_t window_packets_;
  uint64_t packets_ = 0;
};

}  // namespace zrtc
