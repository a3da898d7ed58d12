#pragma once

#include <napi.h>

#include <memory>

#include "tun_device.h"

namespace zrtc {

struct TunEnding;

// A TUN device as JavaScript holds it: NativeTun of ../../load/native-load.ts.
class TunObject : public Napi::ObjectWrap<TunObject>, public TunDevice::Owner {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit TunObject(const Napi::CallbackInfo& info);
  ~TunObject() override;

  void TakePacket(Bytes packet) override;
  void CloseDevice();

 private:
  Napi::Value Write(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  Napi::FunctionReference on_packet_;
  std::unique_ptr<Napi::AsyncContext> context_;
  // Keeps the thread's end waiting until the loop has let go of the device; null once it is closed.
  TunEnding* ending_ = nullptr;
};

}  // namespace zrtc
