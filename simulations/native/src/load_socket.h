// One UDP socket for thousands of clients: each has a source address of its own out of 127.0.0.0/8, which the kernel lets a
// socket bound to 0.0.0.0 name for each datagram (ip(7), IP_PKTINFO). What comes is read many messages at a time, each as
// many datagrams as the server sent as segments of one (udp(7), UDP_GRO).
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include <vector>

#include "bytes.h"

namespace zrtc {

class LoadSocket {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // A datagram came to `local`, an address in host byte order; `at_ms` is when the kernel had it.
    virtual void Receive(uint32_t local, Bytes datagram, double at_ms) = 0;
    virtual void TurnEnds() = 0;
  };

  explicit LoadSocket(Owner* owner);
  ~LoadSocket();
  LoadSocket(const LoadSocket&) = delete;
  LoadSocket& operator=(const LoadSocket&) = delete;

  // 0, or the errno of what failed.
  int Open(uv_loop_t* loop, int receive_buffer_bytes);
  // Ends everything; `closed` is called with `data` once the loop has let go.
  void Close(void (*closed)(void* data), void* data);

  // Whether what comes is read. While it is not, the kernel has no room for it and drops it where it would be kept, which is
  // the cheapest that a sender can meet. What is there when reading begins again is thrown away.
  void SetReading(bool is_reading);

  // Queues a datagram from `local` to the server.
  void Send(uint32_t local, const sockaddr_in& to, Bytes datagram);
  void Flush();

  uint16_t port() const;
  int granted_receive_buffer_bytes() const;
  // Of datagrams, and of those that the kernel refused.
  double received = 0;
  double sent = 0;
  double refused = 0;

 private:
  static constexpr size_t kReadBatch = 32;
  // The longest message that segments can come as.
  static constexpr size_t kReadBytes = 65'536;
  static constexpr size_t kSendBatch = 64;
  // STUN, DTLS and RTCP: what a client sends crosses any network whole.
  static constexpr size_t kSendBytes = 1500;

  struct Outgoing {
    uint32_t local;
    sockaddr_in to;
    size_t length;
  };

  void AskForBuffer(int bytes);
  void Read();
  int ReadBatch();
  void TakeMessage(const msghdr& header, const uint8_t* bytes, size_t length, double offset_ms, double now_ms);

  Owner* const owner_;
  int fd_ = -1;
  uv_poll_t poll_;
  bool is_open_ = false;
  bool is_reading_ = false;
  int receive_buffer_bytes_ = 0;
  std::vector<uint8_t> staging_;
  std::vector<Outgoing> outgoing_;
  std::vector<uint8_t> outgoing_bytes_;
  void (*closed_)(void*) = nullptr;
  void* closed_data_ = nullptr;
};

}  // namespace zrtc
