#include "tun_device.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace zrtc {
namespace {

// The longest IP packet.
constexpr size_t kPacketBytes = 65'535;
// Packets read before others of the loop have their turn.
constexpr int kReadsMax = 64;

std::string Failed(const char* what) { return std::string(what) + ": " + strerror(errno); }

class File {
 public:
  explicit File(const char* path, int flags) : fd_(open(path, flags | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

// A new device in the namespace that this thread is in.
std::string MakeDevice(const char* name, int* fd) {
  File device("/dev/net/tun", O_RDWR | O_NONBLOCK);
  if (device.fd() < 0) return Failed("/dev/net/tun");
  ifreq request = {};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(device.fd(), TUNSETIFF, &request) != 0) return Failed("a TUN device");
  *fd = device.Release();
  return "";
}

}  // namespace

TunDevice::TunDevice(Owner* owner) : owner_(owner), staging_(kPacketBytes) {}

std::string TunDevice::Open(uv_loop_t* loop, const char* namespace_file, const char* name) {
  const File home("/proc/thread-self/ns/net", O_RDONLY);
  const File there(namespace_file, O_RDONLY);
  if (home.fd() < 0 || there.fd() < 0) return Failed("a network namespace");
  if (setns(there.fd(), CLONE_NEWNET) != 0) return Failed("to enter a network namespace");
  const std::string failure = MakeDevice(name, &fd_);
  // A thread that cannot go home would open all its sockets in the wrong place.
  if (setns(home.fd(), CLONE_NEWNET) != 0) abort();
  if (!failure.empty()) return failure;
  if (const int error = uv_poll_init(loop, &poll_, fd_); error != 0) {
    close(fd_);
    fd_ = -1;
    return std::string("to wait for packets: ") + uv_strerror(error);
  }
  poll_.data = this;
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) { static_cast<TunDevice*>(poll->data)->Read(); });
  return "";
}

bool TunDevice::Write(Bytes packet) {
  return fd_ >= 0 && write(fd_, packet.data, packet.length) == static_cast<ssize_t>(packet.length);
}

void TunDevice::Close(void (*closed)(void*), void* data) {
  owner_ = nullptr;
  closed_ = closed;
  closed_data_ = data;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* device = static_cast<TunDevice*>(handle->data);
    close(device->fd_);
    device->fd_ = -1;
    device->closed_(device->closed_data_);
  });
}

void TunDevice::Read() {
  for (int i = 0; i < kReadsMax && owner_ != nullptr; ++i) {
    const ssize_t length = read(fd_, staging_.data(), staging_.size());
    if (length <= 0) {
      // The device is gone with its namespace: it would be told to be readable for ever.
      if (length == 0 || (errno != EAGAIN && errno != EINTR)) uv_poll_stop(&poll_);
      return;
    }
    owner_->TakePacket({staging_.data(), static_cast<size_t>(length)});
  }
}

}  // namespace zrtc
