#include "send_queue.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>

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

}  // namespace

uint8_t* SendQueue::Reserve(size_t most) {
  if (most > kMessageBytesMax || counters_ == nullptr) return nullptr;
  if (used_ + most > arena_.size() || messages_.size() >= kMessagesMax) Flush();
  return arena_.data() + used_;
}

void SendQueue::Commit(size_t length, const TransportAddress& to, int source) {
  if (JoinsLast(length, to)) {
    messages_.back().length += length;
    messages_.back().datagrams += 1;
  } else {
    messages_.push_back({to, used_, length, length, datagram_sources_.size(), 1});
  }
  datagram_sources_.push_back(source);
  used_ += length;
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
    SendAll();
  }
  messages_.clear();
  datagram_sources_.clear();
  sources_.clear();
  used_ = 0;
  epoch_ += 1;
}

void SendQueue::Close() {
  messages_.clear();
  Flush();
  counters_ = nullptr;
  arena_ = {};
}

// After the last use of the pages, as slab-memory.ts has it: adding 0 is what makes looking a proof.
void SendQueue::DropOverwritten() {
  std::vector<bool> is_overwritten(sources_.size());
  bool any = false;
  for (size_t i = 0; i < sources_.size(); ++i) {
    is_overwritten[i] = sources_[i].generation->fetch_add(0) != sources_[i].expected;
    any = any || is_overwritten[i];
  }
  if (!any) return;
  std::erase_if(messages_, [&](const Message& message) {
    for (size_t i = 0; i < message.datagrams; ++i) {
      const int source = datagram_sources_[message.first_datagram + i];
      if (source < 0 || !is_overwritten[static_cast<size_t>(source)]) continue;
      counters_->overwritten += static_cast<double>(message.datagrams);
      return true;
    }
    return false;
  });
}

void SendQueue::SendAll() {
  mmsghdr headers[kMessagesMax];
  iovec places[kMessagesMax];
  Control controls[kMessagesMax];
  const size_t count = messages_.size();
  for (size_t i = 0; i < count; ++i) {
    Message& message = messages_[i];
    places[i] = {arena_.data() + message.start, message.length};
    headers[i] = {};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &message.to.any;
    header.msg_namelen = message.to.length;
    header.msg_iov = &places[i];
    header.msg_iovlen = 1;
    if (message.datagrams > 1) SetSegment(header, controls[i], message.segment);
  }
  size_t next = 0;
  while (next < count) {
    const int sent = sendmmsg(fd_, headers + next, static_cast<unsigned>(count - next), MSG_DONTWAIT);
    for (int i = 0; i < sent; ++i) {
      counters_->datagrams += static_cast<double>(messages_[next + static_cast<size_t>(i)].datagrams);
      counters_->bytes += static_cast<double>(messages_[next + static_cast<size_t>(i)].length);
    }
    if (sent > 0) {
      next += static_cast<size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == ENOBUFS) {
      for (; next < count; ++next) counters_->errors += static_cast<double>(messages_[next].datagrams);
      return;
    }
    // Says something of this one alone: the path does not take segments, or takes nothing.
    const Message& refused = messages_[next];
    if (refused.datagrams > 1) {
      // Checksums are the matter of the way out, whoever is at its other end.
      can_segment_ = can_segment_ && errno != EIO;
      SendSegments(refused);
    } else {
      counters_->errors += 1;
    }
    next += 1;
  }
}

// One by one. A path may take them so alone: EINVAL or EMSGSIZE where its MTU is small, EIO without checksums.
void SendQueue::SendSegments(const Message& message) {
  for (size_t at = 0; at < message.length; at += message.segment) {
    const size_t length = std::min(message.segment, message.length - at);
    const ssize_t sent =
        sendto(fd_, arena_.data() + message.start + at, length, MSG_DONTWAIT, &message.to.any, message.to.length);
    if (sent < 0) {
      counters_->errors += 1;
      continue;
    }
    counters_->datagrams += 1;
    counters_->bytes += static_cast<double>(length);
  }
}

}  // namespace zrtc
