#include "floor.h"

#include <netinet/udp.h>
#include <openssl/rand.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crowd_address.h"
#include "monotonic_clock.h"
#include "rtp_header.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace zrtc {
namespace {

constexpr size_t kTagBytes = 16;
constexpr size_t kNonceBytes = 12;
constexpr size_t kKeyBytes = 16;
constexpr size_t kArenaBytes = 256 * 1024;
constexpr size_t kMessagesMax = 128;
// What one message may have (the kernel's UDP_MAX_SEGMENTS, and IP's length).
constexpr size_t kSegmentsMax = 64;
constexpr size_t kMessageBytesMax = 65'000;
// The packets of one frame differ by a byte or a few; those that padding makes equal leave together.
constexpr size_t kPaddingMax = 16;
constexpr uint32_t kTicksPerBurst = 3000;
// Some thousands a second are enough for a quantile; a prime, so that it is not always the same viewer's.
constexpr double kPacketsPerDelay = 61;

void SetSegment(msghdr& header, char* control, size_t segment) {
  header.msg_control = control;
  header.msg_controllen = CMSG_SPACE(sizeof(uint16_t));
  cmsghdr* message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = IPPROTO_UDP;
  message->cmsg_type = UDP_SEGMENT;
  message->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const auto size = static_cast<uint16_t>(segment);
  memcpy(CMSG_DATA(message), &size, sizeof size);
}

void SleepUntil(double at_ms) {
  const auto whole = static_cast<time_t>(at_ms / 1e3);
  const timespec at = {whole, static_cast<long>((at_ms - static_cast<double>(whole) * 1e3) * 1e6)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
}

}  // namespace

Floor::Floor(const FloorOptions& options)
    : options_(options), payload_(kMessageBytesMax, 0x55), arena_(kArenaBytes) {}

Floor::~Floor() {
  for (const Viewer& viewer : viewers_) EVP_CIPHER_CTX_free(viewer.cipher);
  if (fd_ >= 0) close(fd_);
  if (sink_fd_ >= 0) close(sink_fd_);
}

int Floor::Open() {
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sink_fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0 || sink_fd_ < 0) return errno;
  const int on = 1;
  const int least = 0;
  // As the load clients' socket: takes segments whole, and has no room.
  setsockopt(sink_fd_, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  if (setsockopt(sink_fd_, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0) return errno;
  sockaddr_in any = {};
  any.sin_family = AF_INET;
  socklen_t length = sizeof any;
  if (bind(sink_fd_, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) return errno;
  if (getsockname(sink_fd_, reinterpret_cast<sockaddr*>(&any), &length) != 0) return errno;
  for (size_t i = 0; i < options_.viewers; ++i) {
    uint8_t key[kKeyBytes];
    RAND_bytes(key, sizeof key);
    Viewer viewer = {EVP_CIPHER_CTX_new(), any, 0};
    viewer.address.sin_addr.s_addr = htonl(kCrowdAddress + 1 + static_cast<uint32_t>(i));
    EVP_EncryptInit_ex(viewer.cipher, EVP_aes_128_gcm(), nullptr, key, nullptr);
    viewers_.push_back(viewer);
  }
  return 0;
}

FloorFigures Floor::Run() {
  const double started_at_ms = MonotonicMs();
  const double started_cpu_ms = ClockMs(CLOCK_THREAD_CPUTIME_ID);
  const double round_ms = options_.bursts.back().at_ms + 1;
  bool is_over = false;
  for (double round_at_ms = started_at_ms; !is_over; round_at_ms += round_ms) {
    for (const Burst& burst : options_.bursts) {
      due_at_ms_ = options_.is_paced ? round_at_ms + burst.at_ms : MonotonicMs();
      is_over = due_at_ms_ - started_at_ms >= options_.duration_ms;
      if (is_over) break;
      if (options_.is_paced) SleepUntil(due_at_ms_);
      Send(burst);
    }
  }
  return {packets_, ClockMs(CLOCK_THREAD_CPUTIME_ID) - started_cpu_ms, std::move(delays_ms_)};
}

void Floor::Send(const Burst& burst) {
  timestamp_ += kTicksPerBurst;
  const auto& sizes = burst.packet_bytes;
  for (size_t viewer = 0; viewer < viewers_.size(); ++viewer) {
    for (size_t next = 0; next < sizes.size();) {
      // A run of what is nearly of one length; each but its last is made as long as the longest.
      size_t end = next + 1;
      size_t longest = sizes[next];
      size_t shortest = longest;
      while (end < sizes.size() && end - next < kSegmentsMax) {
        const size_t most = std::max<size_t>(longest, sizes[end]);
        const size_t least = std::min<size_t>(shortest, sizes[end]);
        if (most - least > kPaddingMax || (most + kTagBytes) * (end - next + 1) > kMessageBytesMax) break;
        longest = most;
        shortest = least;
        end += 1;
      }
      const size_t segment = longest + kTagBytes;
      if (used_ + segment * (end - next) > arena_.size() || messages_.size() == kMessagesMax) Flush();
      messages_.push_back({viewer, used_, segment * (end - next), segment, end - next});
      for (; next < end; ++next) Seal(viewers_[viewer], sizes[next], longest - sizes[next]);
    }
  }
  Flush();
}

// A header of the viewer's own, then the payload that all share; RFC 7714 sections 8.1 and 9.
void Floor::Seal(Viewer& viewer, size_t length, size_t padding) {
  uint8_t* at = arena_.data() + used_;
  at[0] = static_cast<uint8_t>(0x80 | (padding > 0 ? kRtpPaddingBit : 0));
  at[1] = 96;
  WriteUint16(at + 2, viewer.sequence_number);
  WriteUint32(at + 4, timestamp_);
  WriteUint32(at + 8, ntohl(viewer.address.sin_addr.s_addr));
  uint8_t nonce[kNonceBytes] = {};
  WriteUint32(nonce + 2, ntohl(viewer.address.sin_addr.s_addr));
  WriteUint16(nonce + 10, viewer.sequence_number);
  viewer.sequence_number += 1;
  const size_t plain = length - kRtpFixedHeaderBytes;
  uint8_t pad[kPaddingMax] = {};
  if (padding > 0) pad[padding - 1] = static_cast<uint8_t>(padding);
  int written = 0;
  EVP_EncryptInit_ex(viewer.cipher, nullptr, nullptr, nullptr, nonce);
  EVP_EncryptUpdate(viewer.cipher, nullptr, &written, at, kRtpFixedHeaderBytes);
  EVP_EncryptUpdate(viewer.cipher, at + kRtpFixedHeaderBytes, &written, payload_.data(), static_cast<int>(plain));
  if (padding > 0) EVP_EncryptUpdate(viewer.cipher, at + length, &written, pad, static_cast<int>(padding));
  EVP_EncryptFinal_ex(viewer.cipher, at + length + padding, &written);
  EVP_CIPHER_CTX_ctrl(viewer.cipher, EVP_CTRL_AEAD_GET_TAG, kTagBytes, at + length + padding);
  used_ += length + padding + kTagBytes;
  packets_ += 1;
}

void Floor::Flush() {
  mmsghdr headers[kMessagesMax];
  iovec places[kMessagesMax];
  alignas(cmsghdr) char controls[kMessagesMax][CMSG_SPACE(sizeof(uint16_t))];
  const size_t count = messages_.size();
  for (size_t i = 0; i < count; ++i) {
    const Message& message = messages_[i];
    places[i] = {arena_.data() + message.start, message.length};
    headers[i] = {};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &viewers_[message.viewer].address;
    header.msg_namelen = sizeof(sockaddr_in);
    header.msg_iov = &places[i];
    header.msg_iovlen = 1;
    if (message.segments > 1) SetSegment(header, controls[i], message.segment);
  }
  for (size_t next = 0; next < count;) {
    const int sent = sendmmsg(fd_, headers + next, static_cast<unsigned>(count - next), 0);
    // What is refused counts as sent: the kernel drops here as it does there.
    const size_t end = next + (sent > 0 ? static_cast<size_t>(sent) : 1);
    for (; next < end; ++next) NoteDelay(messages_[next].segments);
  }
  messages_.clear();
  used_ = 0;
}

void Floor::NoteDelay(size_t packets) {
  given_ += static_cast<double>(packets);
  while (given_ > static_cast<double>(delays_ms_.size()) * kPacketsPerDelay) delays_ms_.push_back(MonotonicMs() - due_at_ms_);
}

}  // namespace zrtc
