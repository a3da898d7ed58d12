#include "send_queue.h"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace zrtc {
namespace {

union Control {
  char bytes[CMSG_SPACE(sizeof(uint16_t))];
  cmsghdr aligned;
};

void SetSegment(msghdr& header, Control& control, size_t segment) {
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof control.bytes;
  cmsghdr* message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = IPPROTO_UDP;
  message->cmsg_type = UDP_SEGMENT;
  message->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const auto size = static_cast<uint16_t>(segment);
  memcpy(CMSG_DATA(message), &size, sizeof size);
}

// How the socket goes about what is longer than its path carries (ip(7), IP_MTU_DISCOVER), as long as it lives.
class Discovery {
 public:
  Discovery(int fd, sa_family_t family, int v4, int v6)
      : fd_(fd), level_(family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP), option_(family == AF_INET6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER) {
    socklen_t length = sizeof before_;
    is_set_ = getsockopt(fd_, level_, option_, &before_, &length) == 0;
    if (is_set_) Set(family == AF_INET6 ? v6 : v4);
  }
  ~Discovery() {
    if (is_set_) Set(before_);
  }
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

 private:
  void Set(int how) const { setsockopt(fd_, level_, option_, &how, sizeof how); }

  const int fd_;
  const int level_;
  const int option_;
  int before_ = 0;
  bool is_set_ = false;
};

}  // namespace

uint8_t* SendQueue::Reserve(size_t most) {
  if (most > kMessageBytesMax || counters_ == nullptr) return nullptr;
  if (used_ + most > arena_.size() || messages_.size() >= kMessagesMax) Flush();
  return arena_.data() + used_;
}

void SendQueue::Commit(size_t length, const TransportAddress& to, int source) {
  Add(length, to, {source, false});
  AddPiece(arena_.data() + used_, length);
  used_ += length;
}

void SendQueue::CommitAround(size_t head, Bytes body, size_t tail, const TransportAddress& to, int source) {
  Add(head + body.length + tail, to, {source, true});
  any_stays_ = true;
  AddPiece(arena_.data() + used_, head);
  AddPiece(body.data, body.length);
  AddPiece(arena_.data() + used_ + head, tail);
  used_ += head + tail;
}

void SendQueue::Add(size_t length, const TransportAddress& to, Origin origin) {
  if (JoinsLast(length, to)) {
    messages_.back().length += length;
    messages_.back().datagrams += 1;
  } else {
    messages_.push_back({to, length, length, pieces_.size(), 0, origins_.size(), 1});
  }
  origins_.push_back(origin);
}

// Of the last message; what goes on where its last piece ends is part of that.
void SendQueue::AddPiece(const uint8_t* at, size_t length) {
  if (length == 0) return;
  Message& message = messages_.back();
  if (message.pieces > 0) {
    iovec& last = pieces_.back();
    if (static_cast<const uint8_t*>(last.iov_base) + last.iov_len == at) {
      last.iov_len += length;
      return;
    }
  }
  // The kernel only reads what it sends.
  pieces_.push_back({const_cast<uint8_t*>(at), length});
  message.pieces += 1;
}

bool SendQueue::JoinsLast(size_t length, const TransportAddress& to) const {
  if (!can_segment_ || messages_.empty()) return false;
  const Message& last = messages_.back();
  // A segment that is shorter than the others ends the run; one of nothing is none.
  return length > 0 && length <= last.segment && last.length == last.segment * last.datagrams && last.datagrams < kSegmentsMax &&
         last.length + length <= kMessageBytesMax && last.to == to;
}

int SendQueue::AddSource(const SourcePage& page) {
  sources_.push_back(page);
  return static_cast<int>(sources_.size()) - 1;
}

void SendQueue::Flush() {
  if (!messages_.empty()) {
    DropOverwritten();
    // There are more than that when those that were overwritten have left others in parts.
    for (size_t at = 0; at < messages_.size(); at += kMessagesMax)
      SendBatch(&messages_[at], std::min(kMessagesMax, messages_.size() - at));
    if (any_stays_) CountTorn();
  }
  messages_.clear();
  pieces_.clear();
  origins_.clear();
  any_stays_ = false;
  sources_.clear();
  used_ = 0;
  epoch_ += 1;
}

void SendQueue::FlushUnfragmented() {
  const Discovery whole(fd_, family_, IP_PMTUDISC_PROBE, IPV6_PMTUDISC_PROBE);
  may_fragment_ = false;
  Flush();
  may_fragment_ = true;
}

void SendQueue::Close() {
  messages_.clear();
  Flush();
  counters_ = nullptr;
  arena_ = {};
}

// After the last use of the pages, as slab-memory.ts has it: adding 0 is what makes looking a proof.
std::vector<bool> SendQueue::Overwritten() const {
  std::vector<bool> is_overwritten(sources_.size());
  bool any = false;
  for (size_t i = 0; i < sources_.size(); ++i) {
    is_overwritten[i] = sources_[i].generation->fetch_add(0) != sources_[i].expected;
    any = any || is_overwritten[i];
  }
  return any ? is_overwritten : std::vector<bool>();
}

// What is left of a message is as many as there are runs of neighbours.
void SendQueue::DropOverwritten() {
  const std::vector<bool> is_overwritten = Overwritten();
  if (is_overwritten.empty()) return;
  std::vector<Message> intact;
  std::vector<iovec> pieces;
  for (const Message& message : messages_) {
    bool goes_on = false;
    for (size_t i = 0; i < message.datagrams; ++i) {
      const int source = origins_[message.first_datagram + i].source;
      if (source >= 0 && is_overwritten[static_cast<size_t>(source)]) {
        counters_->overwritten += 1;
        goes_on = false;
        continue;
      }
      const size_t at = i * message.segment;
      const size_t length = std::min(message.segment, message.length - at);
      if (!goes_on)
        intact.push_back({message.to, 0, message.segment, pieces.size(), 0, message.first_datagram + i, 0});
      goes_on = true;
      AddPart(message, at, length, &pieces);
      intact.back().length += length;
      intact.back().datagrams += 1;
      intact.back().pieces = pieces.size() - intact.back().first_piece;
    }
  }
  messages_ = std::move(intact);
  pieces_ = std::move(pieces);
}

// The pieces of a message's bytes from `at` on.
void SendQueue::AddPart(const Message& message, size_t at, size_t length, std::vector<iovec>* to) const {
  for (const iovec* piece = pieces_.data() + message.first_piece; length > 0; ++piece) {
    if (at >= piece->iov_len) {
      at -= piece->iov_len;
      continue;
    }
    const size_t part = std::min(length, piece->iov_len - at);
    to->push_back({static_cast<uint8_t*>(piece->iov_base) + at, part});
    length -= part;
    at = 0;
  }
}

// What stayed where it lies was used by the kernel, and so after the look before.
void SendQueue::CountTorn() {
  const std::vector<bool> is_overwritten = Overwritten();
  if (is_overwritten.empty()) return;
  for (const Message& message : messages_) {
    for (size_t i = 0; i < message.datagrams; ++i) {
      const Origin& origin = origins_[message.first_datagram + i];
      if (origin.stays && origin.source >= 0 && is_overwritten[static_cast<size_t>(origin.source)]) counters_->torn += 1;
    }
  }
}

void SendQueue::SendBatch(Message* messages, size_t count) {
  mmsghdr headers[kMessagesMax];
  Control controls[kMessagesMax];
  for (size_t i = 0; i < count; ++i) {
    Message& message = messages[i];
    headers[i] = {};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &message.to.any;
    header.msg_namelen = message.to.length;
    header.msg_iov = pieces_.data() + message.first_piece;
    header.msg_iovlen = message.pieces;
    if (message.datagrams > 1) SetSegment(header, controls[i], message.segment);
  }
  size_t next = 0;
  while (next < count) {
    const int sent = sendmmsg(fd_, headers + next, static_cast<unsigned>(count - next), MSG_DONTWAIT);
    for (int i = 0; i < sent; ++i) {
      counters_->datagrams += static_cast<double>(messages[next + static_cast<size_t>(i)].datagrams);
      counters_->bytes += static_cast<double>(messages[next + static_cast<size_t>(i)].length);
    }
    if (sent > 0) {
      next += static_cast<size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == ENOBUFS) {
      for (; next < count; ++next) counters_->errors += static_cast<double>(messages[next].datagrams);
      return;
    }
    // Says something of this one alone: the path does not take segments, or takes nothing.
    const Message& refused = messages[next];
    const bool may_help = refused.datagrams > 1 || may_fragment_;
    if ((errno == EMSGSIZE && may_help) || (refused.datagrams > 1 && (errno == EINVAL || errno == EIO))) {
      // Checksums are the matter of the way out, whoever is at its other end.
      can_segment_ = can_segment_ && errno != EIO;
      SendOneByOne(refused);
    } else {
      counters_->errors += static_cast<double>(refused.datagrams);
    }
    next += 1;
  }
}

// A path may take them so alone: EINVAL or EMSGSIZE where its MTU is small, EIO without checksums.
void SendQueue::SendOneByOne(const Message& message) {
  // In fragments, where the path is known to carry less.
  std::optional<Discovery> in_fragments;
  if (may_fragment_) in_fragments.emplace(fd_, family_, IP_PMTUDISC_WANT, IPV6_PMTUDISC_WANT);
  std::vector<iovec> pieces;
  for (size_t at = 0; at < message.length; at += message.segment) {
    const size_t length = std::min(message.segment, message.length - at);
    pieces.clear();
    AddPart(message, at, length, &pieces);
    msghdr header = {};
    header.msg_name = const_cast<sockaddr*>(&message.to.any);
    header.msg_namelen = message.to.length;
    header.msg_iov = pieces.data();
    header.msg_iovlen = pieces.size();
    if (sendmsg(fd_, &header, MSG_DONTWAIT) < 0) {
      counters_->errors += 1;
      continue;
    }
    counters_->datagrams += 1;
    counters_->bytes += static_cast<double>(length);
  }
}

}  // namespace zrtc
