// What forwarding costs at the least: a loop that seals the packets of a recording for each of so many viewers, by AES-GCM,
// and gives them to the kernel many at a time, with neighbours as segments of one message; and does nothing else. On code of
// its own, so that it stays where it is whatever becomes of the engine.
#pragma once

#include <netinet/in.h>
#include <openssl/evp.h>

#include <memory>
#include <vector>

#include "bytes.h"

namespace zrtc {

// What is given to the kernel together: what a server finds when it wakes up.
struct Burst {
  // Since the recording's beginning, ms.
  double at_ms;
  // RTP, before it is sealed.
  std::vector<uint16_t> packet_bytes;
};

struct FloorOptions {
  size_t viewers;
  std::vector<Burst> bursts;
  // The recording's own times; else one burst after the other.
  bool is_paced;
  double duration_ms;
};

struct FloorFigures {
  double packets;
  double cpu_ms;
  // From a burst's time until the kernel had the packet, ms: of one packet in so many.
  std::vector<double> delays_ms;
};

class Floor {
 public:
  explicit Floor(const FloorOptions& options);
  ~Floor();
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;

  // 0, or the errno of what failed.
  int Open();
  // Until the time is over; the recording is repeated.
  FloorFigures Run();

 private:
  struct Viewer {
    EVP_CIPHER_CTX* cipher;
    sockaddr_in address;
    uint16_t sequence_number;
  };
  struct Message {
    size_t viewer;
    size_t start;
    size_t length;
    size_t segment;
    size_t segments;
  };

  void Send(const Burst& burst);
  void Seal(Viewer& viewer, size_t length, size_t padding);
  void Flush();
  void NoteDelay(size_t packets);

  const FloorOptions options_;
  int fd_ = -1;
  // Where all is sent to, and nobody reads.
  int sink_fd_ = -1;
  std::vector<Viewer> viewers_;
  std::vector<uint8_t> payload_;
  std::vector<uint8_t> arena_;
  size_t used_ = 0;
  std::vector<Message> messages_;
  double packets_ = 0;
  double due_at_ms_ = 0;
  double given_ = 0;
  std::vector<double> delays_ms_;
  uint32_t timestamp_ = 0;
};

}  // namespace zrtc
