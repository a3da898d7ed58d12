// One local address's UDP socket, read many datagrams at a time as the loop finds it readable.
#pragma once

#include <sys/socket.h>
#include <uv.h>

#include <memory>
#include <string>

#include "send_queue.h"

namespace zrtc {

// Read at a time; each has room for what crosses any network whole. What is longer is counted and let go.
constexpr size_t kReadBatch = 64;
constexpr size_t kReadBytes = 2048;

struct ReceiveCounters {
  double datagrams = 0;
  double bytes = 0;
  // Longer than what is read, and so not taken.
  double truncated = 0;
};

struct UdpOptions {
  TransportAddress local;
  // What the kernel is asked to keep; 0 for its default.
  int receive_buffer_bytes;
  int send_buffer_bytes;
};

class UdpEndpoint {
 public:
  // What has been read of one datagram.
  struct Received {
    size_t length;
    const TransportAddress* from;
  };
  // The owner is asked once for the places to read into, which stay where they are, and told of what was read, until nothing is
  // left for the moment. It answers false when it is to be told nothing more. `is_last` when the turn ends with these: then it
  // is not told of that again, since each call into JavaScript costs as much as a datagram or two.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual uint8_t* Staging() = 0;
    virtual bool Take(size_t index, const Received* received, size_t count, bool is_last) = 0;
    virtual bool TurnEnds() = 0;
  };

  UdpEndpoint(size_t index, Owner* owner) : index_(index), owner_(owner) {}
  ~UdpEndpoint();
  UdpEndpoint(const UdpEndpoint&) = delete;
  UdpEndpoint& operator=(const UdpEndpoint&) = delete;

  // 0, or the errno of what failed; then it may be deleted.
  int Open(uv_loop_t* loop, const UdpOptions& options, SendCounters* counters);
  // Closes the socket; `closed` is called with `data` once the loop has let go, and then the endpoint may be deleted.
  void Close(void (*closed)(void* data), void* data);

  uint16_t port() const;
  int granted_receive_buffer_bytes() const;
  int granted_send_buffer_bytes() const;
  const std::shared_ptr<SendQueue>& queue() const { return queue_; }
  ReceiveCounters received;

 private:
  // What recvmmsg(2) is given, and where it says who has sent what.
  struct Reading {
    explicit Reading(uint8_t* staging);
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    TransportAddress from[kReadBatch];
    iovec places[kReadBatch];
    mmsghdr headers[kReadBatch];
  };

  void StartReading();
  void Read();
  void StopReading();

  const size_t index_;
  Owner* const owner_;
  int fd_ = -1;
  uv_poll_t poll_;
  bool is_polling_ = false;
  std::shared_ptr<SendQueue> queue_;
  std::unique_ptr<Reading> reading_;
  void (*closed_)(void*) = nullptr;
  void* closed_data_ = nullptr;
};

}  // namespace zrtc
