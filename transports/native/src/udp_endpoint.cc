#include "udp_endpoint.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace zrtc {
namespace {

// Rounds of kReadBatch before the loop's other work has its turn: some 3 ms of sealing for a busy stream.
constexpr int kReadRoundsMax = 4;

int GetOption(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  getsockopt(fd, SOL_SOCKET, option, &value, &length);
  return value;
}

// Beyond net.core.rmem_max and wmem_max, if we may (socket(7), SO_RCVBUFFORCE); else up to those.
void AskFor(int fd, int forced, int option, int bytes) {
  if (bytes > 0 && setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0)
    setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);
}

}  // namespace

UdpEndpoint::~UdpEndpoint() {
  if (fd_ >= 0) close(fd_);
}

int UdpEndpoint::Open(uv_loop_t* loop, const UdpOptions& options, SendCounters* counters) {
  fd_ = socket(options.local.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return errno;
  if (options.local.any.sa_family == AF_INET6) {
    const int only = 1;
    setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  } else {
    // A datagram that is not to be fragmented needs no number (RFC 6864 section 4.1), which costs the kernel some 4 % of all it
    // does for a viewer. Where a path is known to carry less than the datagram, SendQueue has it leave in fragments.
    const int discovery = IP_PMTUDISC_DO;
    setsockopt(fd_, IPPROTO_IP, IP_MTU_DISCOVER, &discovery, sizeof discovery);
  }
  AskFor(fd_, SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer_bytes);
  AskFor(fd_, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer_bytes);
  if (bind(fd_, &options.local.any, options.local.length) != 0) return errno;
  queue_ = std::make_shared<SendQueue>(fd_, options.local.any.sa_family, counters);
  if (const int error = uv_poll_init(loop, &poll_, fd_); error != 0) return -error;
  is_polling_ = true;
  poll_.data = this;
  StartReading();
  return 0;
}

// Fails for a handle that is closing, and for nothing else.
void UdpEndpoint::StartReading() {
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int status, int) {
    auto* endpoint = static_cast<UdpEndpoint*>(poll->data);
    // The loop looks no more at a socket that has an error to tell; reading takes that away.
    if (status < 0) endpoint->StartReading();
    endpoint->Read();
  });
}

void UdpEndpoint::Close(void (*closed)(void*), void* data) {
  if (queue_) queue_->Close();
  if (!is_polling_) return closed(data);
  is_polling_ = false;
  closed_ = closed;
  closed_data_ = data;
  uv_poll_stop(&poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* endpoint = static_cast<UdpEndpoint*>(handle->data);
    endpoint->closed_(endpoint->closed_data_);
  });
  // The port is free from now on, and the loop looks at it no more (libuv, uv_poll_t).
  close(fd_);
  fd_ = -1;
}

uint16_t UdpEndpoint::port() const {
  TransportAddress bound;
  socklen_t length = sizeof bound.v6;
  if (getsockname(fd_, &bound.any, &length) != 0) return 0;
  return ntohs(bound.any.sa_family == AF_INET ? bound.v4.sin_port : bound.v6.sin6_port);
}

// Linux doubles what it is asked for, for its own bookkeeping, and reports the double (socket(7), SO_RCVBUF).
int UdpEndpoint::granted_receive_buffer_bytes() const { return GetOption(fd_, SO_RCVBUF) / 2; }
int UdpEndpoint::granted_send_buffer_bytes() const { return GetOption(fd_, SO_SNDBUF) / 2; }

// Made once: most wake-ups bring a few datagrams, and the kernel looks at no more than so many of these.
UdpEndpoint::Reading::Reading(uint8_t* staging) {
  for (size_t i = 0; i < kReadBatch; ++i) {
    places[i] = {staging + i * kReadBytes, kReadBytes};
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &from[i].any;
    headers[i].msg_hdr.msg_namelen = sizeof from[i].v6;
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
}

void UdpEndpoint::Read() {
  if (!reading_) reading_ = std::make_unique<Reading>(owner_->Staging());
  for (int round = 0; round < kReadRoundsMax; ++round) {
    const int count = recvmmsg(fd_, reading_->headers, kReadBatch, MSG_DONTWAIT, nullptr);
    // A failed read says something of one datagram that is gone, and nothing of the next.
    if (count <= 0) break;
    Received taken[kReadBatch];
    for (int i = 0; i < count; ++i) {
      msghdr& header = reading_->headers[i].msg_hdr;
      TransportAddress& from = reading_->from[i];
      from.length = std::exchange(header.msg_namelen, sizeof from.v6);
      const bool is_whole = (header.msg_flags & MSG_TRUNC) == 0;
      taken[i] = {is_whole ? reading_->headers[i].msg_len : 0, &from};
      received.datagrams += 1;
      received.bytes += reading_->headers[i].msg_len;
      if (!is_whole) received.truncated += 1;
    }
    const bool is_last = static_cast<size_t>(count) < kReadBatch || round == kReadRoundsMax - 1;
    if (!owner_->Take(index_, taken, static_cast<size_t>(count), is_last)) return StopReading();
    // The owner may have closed us meanwhile.
    if (is_last || !is_polling_) return;
  }
  if (!owner_->TurnEnds()) StopReading();
}

void UdpEndpoint::StopReading() {
  if (is_polling_) uv_poll_stop(&poll_);
}

}  // namespace zrtc
