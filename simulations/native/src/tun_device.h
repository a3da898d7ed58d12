// A TUN device in another network namespace: IP packets that the kernel there sends by it are read here, and what is written
// here comes in there (networking/tuntap.rst of the kernel).
#pragma once

#include <uv.h>

#include <string>
#include <vector>

#include "bytes.h"

namespace zrtc {

class TunDevice {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void TakePacket(Bytes packet) = 0;
  };

  explicit TunDevice(Owner* owner);
  TunDevice(const TunDevice&) = delete;
  TunDevice& operator=(const TunDevice&) = delete;

  // Makes the device in the namespace of that file; empty, or what could not be done. It is gone with its last file, which is
  // ours.
  std::string Open(uv_loop_t* loop, const char* namespace_file, const char* name);
  bool Write(Bytes packet);
  // Nothing comes any more; `closed` is called with `data` once the loop has let go.
  void Close(void (*closed)(void* data), void* data);

 private:
  void Read();

  Owner* owner_;
  int fd_ = -1;
  uv_poll_t poll_;
  std::vector<uint8_t> staging_;
  void (*closed_)(void*) = nullptr;
  void* closed_data_ = nullptr;
};

}  // namespace zrtc
