// Datagrams on their way out of one turn of the loop: sealed into one place, and given to the kernel many at a time. What is not
// sealed may stay where it lies, in a slab: the kernel takes it from there, between the ends that are written here.
//
// Neighbours of one length to one address leave as segments of one message (udp(7), UDP_SEGMENT): the kernel takes its way
// through routing and the socket once for all of them. The last of such a run may be shorter.
#pragma once

#include <sys/socket.h>

#include <sys/uio.h>

#include <atomic>
#include <vector>

#include "bytes.h"
#include "transport_address.h"

namespace zrtc {

// What a packet was made from: a place in a slab that another thread may overwrite (transports/memory/slab-memory.ts). It
// counts as read correctly if its page's generation is the same after the reading.
struct SourcePage {
  std::atomic<int32_t>* generation;
  int32_t expected;
};

struct SendCounters {
  double datagrams = 0;
  double bytes = 0;
  // Refused by the kernel: its buffer was full, there was no route.
  double errors = 0;
  // Made from what had been overwritten meanwhile, and not sent.
  double overwritten = 0;
  // Overwritten while the kernel took it from where it lay: what is young enough to be sent so never is.
  double torn = 0;
};

class SendQueue {
 public:
  // `fd`, of that family, stays open until Close; `counters` are whose they are for as long.
  SendQueue(int fd, sa_family_t family, SendCounters* counters)
      : fd_(fd), family_(family), counters_(counters), arena_(kArenaBytes) {}

  // A place for a datagram of at most `most` bytes; what is queued may be sent to make room. Null when it is longer than any
  // datagram can be, and once the socket is gone.
  uint8_t* Reserve(size_t most);
  // The datagram that was put there, for `to`; made from the page that `source` stands for, -1 for one that cannot change.
  void Commit(size_t length, const TransportAddress& to, int source);
  // The same for a datagram of which only the ends were put there, the tail right behind the head. `body` belongs between them;
  // it is readable until the next Flush, and is taken only then.
  void CommitAround(size_t head, Bytes body, size_t tail, const TransportAddress& to, int source);
  // A number for Commit that is good until the next Flush: see epoch().
  int AddSource(const SourcePage& page);
  // Changes whenever what AddSource gave is no longer good.
  unsigned epoch() const { return epoch_; }

  // Sends all. What the kernel has no room for is dropped and counted.
  void Flush();
  // The same for what must go whole or not at all: IP's "don't fragment" is set, whatever the kernel believes the path carries
  // (ip(7), IP_PMTUDISC_PROBE). It is the socket's, so that what is queued otherwise must be flushed before.
  void FlushUnfragmented();
  // The socket is gone, with what was queued: whoever still holds the queue puts datagrams nowhere.
  void Close();

 private:
  static constexpr size_t kArenaBytes = 256 * 1024;
  // At a time; past some dozens more of them make none cheaper.
  static constexpr size_t kMessagesMax = 128;
  // Segments and bytes that one message may have (the kernel's UDP_MAX_SEGMENTS, and IP's length).
  static constexpr size_t kSegmentsMax = 64;
  static constexpr size_t kMessageBytesMax = 65'000;
  // Of a datagram: head, body, tail.
  static constexpr size_t kPiecesMax = 3;
  static_assert(kSegmentsMax * kPiecesMax <= 1024, "the kernel takes no more in a message (sendmsg(2), IOV_MAX)");

  struct Message {
    TransportAddress to;
    size_t length;
    size_t segment;
    size_t first_piece;
    size_t pieces;
    size_t first_datagram;
    size_t datagrams;
  };

  // What a datagram was made from, and whether that lies where it was.
  struct Origin {
    int source;
    bool stays;
  };

  bool JoinsLast(size_t length, const TransportAddress& to) const;
  void Add(size_t length, const TransportAddress& to, Origin origin);
  void AddPiece(const uint8_t* at, size_t length);
  // For each source whether its page has another generation than when the packet was put there; empty if none has.
  std::vector<bool> Overwritten() const;
  void DropOverwritten();
  void CountTorn();
  void SendBatch(Message* messages, size_t count);
  void AddPart(const Message& message, size_t at, size_t length, std::vector<iovec>* to) const;
  void SendOneByOne(const Message& message);

  const int fd_;
  const sa_family_t family_;
  SendCounters* counters_;
  std::vector<uint8_t> arena_;
  size_t used_ = 0;
  std::vector<Message> messages_;
  std::vector<iovec> pieces_;
  // For each datagram.
  std::vector<Origin> origins_;
  bool any_stays_ = false;
  std::vector<SourcePage> sources_;
  unsigned epoch_ = 0;
  bool can_segment_ = true;
  // Not for what finds out what a path carries.
  bool may_fragment_ = true;
};

}  // namespace zrtc
