#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "udp_endpoint.h"

namespace zrtc {

struct Ending;

// The sockets of one port as JavaScript holds them: NativeUdp of ../addon.ts.
class UdpObject : public Napi::ObjectWrap<UdpObject>, public UdpEndpoint::Owner {
 public:
  // What its objects are known by.
  static constexpr napi_type_tag kTag = {0x7a727463'6e617469, 0x75647000'00000001};

  static Napi::Function Define(Napi::Env env);

  explicit UdpObject(const Napi::CallbackInfo& info);
  ~UdpObject() override;

  // Null for a number that is no address's.
  std::shared_ptr<SendQueue> queue(size_t index) const;

  uint8_t* Staging() override { return staging_data_; }
  bool Take(size_t index, const UdpEndpoint::Received* received, size_t count, bool is_last) override;
  bool TurnEnds() override;

  // Sends what is queued, and closes the sockets.
  void FlushAndClose();

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Send(const Napi::CallbackInfo& info);
  Napi::Value FlushQueues(const Napi::CallbackInfo& info);
  Napi::Value Counters(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  void Flush();
  void CloseAll();
  bool Call(Napi::FunctionReference& function, const napi_value* arguments, size_t count);

  std::vector<std::unique_ptr<UdpEndpoint>> endpoints_;
  SendCounters sent_;
  ReceiveCounters received_before_;
  // What is read into, and what is told of each datagram in it: see ../addon.ts.
  Napi::Reference<Napi::Uint8Array> staging_;
  Napi::Reference<Napi::Uint8Array> told_;
  uint8_t* staging_data_ = nullptr;
  uint8_t* told_data_ = nullptr;
  Napi::FunctionReference on_datagrams_;
  Napi::FunctionReference on_turn_end_;
  std::unique_ptr<Napi::AsyncContext> context_;
  // Keeps the thread's end waiting until the loop has let go of the sockets; null once they are closed, or if there never
  // could be any.
  Ending* ending_ = nullptr;
};

}  // namespace zrtc
