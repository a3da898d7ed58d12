#include "load_socket.h"

#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monotonic_clock.h"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace zrtc {
namespace {

// Batches before the loop's other work has its turn: some milliseconds of reading.
constexpr int kReadRoundsMax = 16;
// Messages that are thrown away at most when reading begins again: several times what any buffer holds.
constexpr int kDrainMax = 1 << 20;

// What a message may come with: where to, how long its segments are, and when it came.
union ReceiveControl {
  char bytes[CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(timespec))];
  cmsghdr aligned;
};

union SendControl {
  char bytes[CMSG_SPACE(sizeof(in_pktinfo))];
  cmsghdr aligned;
};

void SetSource(msghdr& header, SendControl& control, uint32_t local) {
  memset(&control, 0, sizeof control);
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof control.bytes;
  cmsghdr* message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = IPPROTO_IP;
  message->cmsg_type = IP_PKTINFO;
  message->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info = {};
  info.ipi_spec_dst.s_addr = htonl(local);
  memcpy(CMSG_DATA(message), &info, sizeof info);
}

}  // namespace

LoadSocket::LoadSocket(Owner* owner)
    : owner_(owner), staging_(kReadBatch * kReadBytes), outgoing_bytes_(kSendBatch * kSendBytes) {}

LoadSocket::~LoadSocket() {
  if (fd_ >= 0) close(fd_);
}

int LoadSocket::Open(uv_loop_t* loop, int receive_buffer_bytes) {
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return errno;
  const int on = 1;
  receive_buffer_bytes_ = receive_buffer_bytes;
  if (setsockopt(fd_, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0) return errno;
  if (setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) return errno;
  // Without it the kernel takes segments apart, at the sender's cost.
  if (setsockopt(fd_, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0) return errno;
  sockaddr_in any = {};
  any.sin_family = AF_INET;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) return errno;
  if (const int error = uv_poll_init(loop, &poll_, fd_); error != 0) return -error;
  is_open_ = true;
  poll_.data = this;
  SetReading(true);
  return 0;
}

// Beyond net.core.rmem_max, if we may (socket(7)).
void LoadSocket::AskForBuffer(int bytes) {
  if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void LoadSocket::Close(void (*closed)(void*), void* data) {
  if (!is_open_) return closed(data);
  Flush();
  is_open_ = false;
  closed_ = closed;
  closed_data_ = data;
  uv_poll_stop(&poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* socket = static_cast<LoadSocket*>(handle->data);
    close(socket->fd_);
    socket->fd_ = -1;
    socket->closed_(socket->closed_data_);
  });
}

void LoadSocket::SetReading(bool is_reading) {
  if (!is_open_ || is_reading == is_reading_) return;
  is_reading_ = is_reading;
  if (!is_reading) {
    uv_poll_stop(&poll_);
    // The kernel takes the least that it knows.
    AskForBuffer(0);
    return;
  }
  char thrown_away;
  for (int i = 0; i < kDrainMax && recv(fd_, &thrown_away, sizeof thrown_away, MSG_DONTWAIT | MSG_TRUNC) >= 0; ++i) {
  }
  AskForBuffer(receive_buffer_bytes_);
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) { static_cast<LoadSocket*>(poll->data)->Read(); });
}

void LoadSocket::Read() {
  for (int round = 0; round < kReadRoundsMax; ++round) {
    const int count = ReadBatch();
    // The owner may have stopped us meanwhile.
    if (count < static_cast<int>(kReadBatch) || !is_open_ || !is_reading_) break;
  }
  owner_->TurnEnds();
}

int LoadSocket::ReadBatch() {
  iovec places[kReadBatch];
  mmsghdr headers[kReadBatch];
  ReceiveControl controls[kReadBatch];
  for (size_t i = 0; i < kReadBatch; ++i) {
    places[i] = {staging_.data() + i * kReadBytes, kReadBytes};
    headers[i] = {};
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    headers[i].msg_hdr.msg_control = controls[i].bytes;
    headers[i].msg_hdr.msg_controllen = sizeof controls[i].bytes;
  }
  const int count = recvmmsg(fd_, headers, kReadBatch, MSG_DONTWAIT, nullptr);
  const double now_ms = MonotonicMs();
  // The kernel stamps by the time of day.
  const double offset_ms = now_ms - ClockMs(CLOCK_REALTIME);
  for (int i = 0; i < count && is_open_; ++i)
    TakeMessage(headers[i].msg_hdr, static_cast<const uint8_t*>(places[i].iov_base), headers[i].msg_len, offset_ms, now_ms);
  return count;
}

void LoadSocket::TakeMessage(const msghdr& header, const uint8_t* bytes, size_t length, double offset_ms,
                             double now_ms) {
  uint32_t local = 0;
  size_t segment = length;
  double at_ms = now_ms;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      memcpy(&info, CMSG_DATA(control), sizeof info);
      local = ntohl(info.ipi_addr.s_addr);
    } else if (control->cmsg_level == IPPROTO_UDP && control->cmsg_type == UDP_GRO) {
      int size = 0;
      memcpy(&size, CMSG_DATA(control), sizeof size);
      if (size > 0) segment = static_cast<size_t>(size);
    } else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
      timespec stamp;
      memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
      at_ms = static_cast<double>(stamp.tv_sec) * 1e3 + static_cast<double>(stamp.tv_nsec) / 1e6 + offset_ms;
    }
  }
  for (size_t at = 0; at < length; at += segment) {
    received += 1;
    owner_->Receive(local, {bytes + at, std::min(segment, length - at)}, at_ms);
  }
}

void LoadSocket::Send(uint32_t local, const sockaddr_in& to, Bytes datagram) {
  if (datagram.length == 0 || datagram.length > kSendBytes) return;
  if (outgoing_.size() == kSendBatch) Flush();
  memcpy(outgoing_bytes_.data() + outgoing_.size() * kSendBytes, datagram.data, datagram.length);
  outgoing_.push_back({local, to, datagram.length});
}

void LoadSocket::Flush() {
  if (!is_open_) outgoing_.clear();
  mmsghdr headers[kSendBatch];
  iovec places[kSendBatch];
  SendControl controls[kSendBatch];
  const size_t count = outgoing_.size();
  for (size_t i = 0; i < count; ++i) {
    places[i] = {outgoing_bytes_.data() + i * kSendBytes, outgoing_[i].length};
    headers[i] = {};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &outgoing_[i].to;
    header.msg_namelen = sizeof outgoing_[i].to;
    header.msg_iov = &places[i];
    header.msg_iovlen = 1;
    SetSource(header, controls[i], outgoing_[i].local);
  }
  size_t next = 0;
  while (next < count) {
    const int done = sendmmsg(fd_, headers + next, static_cast<unsigned>(count - next), MSG_DONTWAIT);
    if (done > 0) {
      next += static_cast<size_t>(done);
      sent += done;
    } else if (errno != EINTR) {
      refused += 1;
      next += 1;
    }
  }
  outgoing_.clear();
}

uint16_t LoadSocket::port() const {
  sockaddr_in bound = {};
  socklen_t length = sizeof bound;
  return getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &length) == 0 ? ntohs(bound.sin_port) : 0;
}

// Linux doubles what it is asked for, and reports the double (socket(7), SO_RCVBUF).
int LoadSocket::granted_receive_buffer_bytes() const {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  getsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, &length);
  return bytes / 2;
}

}  // namespace zrtc
