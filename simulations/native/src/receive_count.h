// How many packets of one source should have come, and how many did (RFC 3550 appendix A.3), repetitions told apart.
#pragma once

#include <cstdint>
#include <cstring>

#include "packet_index.h"

namespace zrtc {

class ReceiveCount {
 public:
  // A packet with that sequence number has come.
  void Add(uint16_t sequence_number) {
    if (first_ < 0) {
      // A turn up, so that what was overtaken by the first packet does not come to lie below 0.
      first_ = highest_ = kSequenceNumbers + sequence_number;
      seen_[Word(first_)] |= Bit(first_);
      received = 1;
      return;
    }
    const int64_t index = NearestIndex(highest_, sequence_number);
    if (index > highest_) MoveTo(index);
    // What is further behind than is remembered counts as a repetition: it was lost long ago.
    if (index <= highest_ - kRemembered || index < 0 || (seen_[Word(index)] & Bit(index)) != 0) {
      repeated += 1;
      return;
    }
    seen_[Word(index)] |= Bit(index);
    if (index < first_) first_ = index;
    received += 1;
  }

  // Of those between the first that came and the highest.
  double lost() const { return first_ < 0 ? 0 : static_cast<double>(highest_ - first_ + 1) - received; }
  // As receiver reports have it (RFC 3550 section 6.4.1); 0 before the first packet.
  uint32_t extended_highest() const { return first_ < 0 ? 0 : static_cast<uint32_t>(highest_ - kSequenceNumbers); }
  bool has_any() const { return first_ >= 0; }

  double received = 0;
  double repeated = 0;

 private:
  // A power of two; a second of a stream of 1,000 packets a second.
  static constexpr int64_t kRemembered = 1024;

  static size_t Word(int64_t index) { return static_cast<size_t>((index % kRemembered) / 64); }
  static uint64_t Bit(int64_t index) { return uint64_t{1} << (index % 64); }

  void MoveTo(int64_t index) {
    if (index - highest_ >= kRemembered) {
      memset(seen_, 0, sizeof seen_);
    } else {
      for (int64_t reused = highest_ + 1; reused <= index; ++reused) seen_[Word(reused)] &= ~Bit(reused);
    }
    highest_ = index;
  }

  int64_t first_ = kNoIndex;
  int64_t highest_ = kNoIndex;
  // One bit a packet, as a ring.
  uint64_t seen_[kRemembered / 64] = {};
};

}  // namespace zrtc
