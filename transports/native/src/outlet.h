// One viewer's end of a track: how the stream's packets, which are in the canonical form (transports/rtp/canonical.ts),
// become this viewer's own, and where they go.
#pragma once

#include <memory>

#include "bytes.h"
#include "rtp_header.h"
#include "send_queue.h"
#include "srtp_session.h"

namespace zrtc {

// A packet of the stream.
struct TrackPacket {
  Bytes bytes;
  size_t header;
  uint32_t timestamp;
  // Whether the bytes stay where they lie, and what they are, until the queue is flushed.
  bool stays = false;
};

// Header extensions by the element ids of the canonical form: the viewer's, or 0 for what it does not take.
struct ExtensionIds {
  bool are_ours;
  uint8_t ids[16];
};

struct OutletTerms {
  uint32_t ssrc;
  uint32_t rtx_ssrc;
  // By our payload type: the viewer's, for media and for retransmission; -1 where it takes none.
  int8_t payload_types[128];
  int8_t rtx_payload_types[128];
  ExtensionIds extensions;
};

class Outlet {
 public:
  // Without `srtp` packets leave as they are.
  Outlet(std::shared_ptr<SrtpSession> srtp, const OutletTerms& terms);

  // The viewer's sequence numbers are the track's plus this.
  uint16_t number_offset = 0;
  // Where it leads; without a queue, nowhere yet.
  std::shared_ptr<SendQueue> queue;
  TransportAddress to;

  // Of the SRTP session and the count of what was sent; then of what the session points to.
  void Prefetch() const {
    PrefetchLines(srtp_.get(), 2);
    PrefetchLines(sent_, 1);
  }
  const SrtpSession* srtp() const { return srtp_.get(); }

  bool Takes(uint8_t payload_type) const { return terms_.payload_types[payload_type] >= 0; }
  // Whether a repetition is in a stream of its own. Else it is under the number of the first, and has to be the same to the
  // byte, as no two contents may be sealed under one index.
  bool HasRtx(uint8_t payload_type) const { return terms_.rtx_payload_types[payload_type] >= 0; }

  // Seals and queues the packet under that number, with `padding` bytes at its end. False when it cannot be sent.
  bool Send(const TrackPacket& packet, uint16_t sequence_number, uint8_t padding, int source);
  // The same as a retransmission (RFC 4588).
  bool SendRtx(const TrackPacket& packet, uint16_t sequence_number, uint16_t rtx_sequence_number, int source);

 private:
  void WriteHeader(uint8_t* to, const TrackPacket& packet, uint16_t sequence_number) const;
  // What goes after a header that was written: sealed, or as it is.
  bool Put(uint8_t* at, size_t header, const Bytes* parts, size_t part_count, SentSource* sent, int source);

  const std::shared_ptr<SrtpSession> srtp_;
  const OutletTerms terms_;
  // Null without `srtp_`.
  SentSource* const sent_;
  SentSource* const rtx_sent_;
};

}  // namespace zrtc
