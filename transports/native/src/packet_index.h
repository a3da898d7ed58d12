// The 48-bit packet index of SRTP (RFC 3711 section 3.3.1), as transports/srtp/packet-index.ts has it.
#pragma once

#include <cstdint>

namespace zrtc {

// The highest index of a source that has not been heard yet.
constexpr int64_t kNoIndex = -1;
constexpr int64_t kSequenceNumbers = 1 << 16;
constexpr int64_t kIndices = int64_t{1} << 48;

// The index nearest to `highest` that ends in `sequence_number`; below 0 when that lies before the first rollover.
inline int64_t NearestIndex(int64_t highest, uint16_t sequence_number) {
  if (highest == kNoIndex) return sequence_number;
  const int64_t highest_sequence = highest % kSequenceNumbers;
  const int64_t index = highest - highest_sequence + sequence_number;
  if (sequence_number - highest_sequence > kSequenceNumbers / 2) return index - kSequenceNumbers;
  if (highest_sequence - sequence_number > kSequenceNumbers / 2) return index + kSequenceNumbers;
  return index;
}

// A receiver's estimate: there was no rollover before the first, so the source must have jumped ahead.
inline int64_t ReceivedIndex(int64_t highest, uint16_t sequence_number) {
  const int64_t index = NearestIndex(highest, sequence_number);
  return index < 0 ? index + kSequenceNumbers : index;
}

// A sender's index. What lies before its own first packet gets an index that the receiver cannot open, so that it is not
// taken for a jump ahead, after which the two would count rollovers differently.
inline int64_t SentIndex(int64_t highest, uint16_t sequence_number) {
  const int64_t index = NearestIndex(highest, sequence_number);
  return index < 0 ? index + kIndices : index;
}

inline uint32_t RolloverCounter(int64_t index) { return static_cast<uint32_t>(index / kSequenceNumbers); }

}  // namespace zrtc
