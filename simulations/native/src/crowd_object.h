#pragma once

#include <napi.h>

#include <memory>

#include "crowd.h"

namespace zrtc {

struct CrowdEnding;

// A crowd as JavaScript holds it: NativeCrowd of ../../load/native-crowd.ts.
class CrowdObject : public Napi::ObjectWrap<CrowdObject>, public Crowd::Owner {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit CrowdObject(const Napi::CallbackInfo& info);
  ~CrowdObject() override;

  void Checked(size_t index) override;
  void TakeDtls(size_t index, Bytes datagram) override;
  void CloseAll();

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Connect(const Napi::CallbackInfo& info);
  Napi::Value SendDtls(const Napi::CallbackInfo& info);
  Napi::Value Secure(const Napi::CallbackInfo& info);
  Napi::Value Remove(const Napi::CallbackInfo& info);
  Napi::Value SetReading(const Napi::CallbackInfo& info);
  Napi::Value Measure(const Napi::CallbackInfo& info);
  Napi::Value Counts(const Napi::CallbackInfo& info);
  Napi::Value Totals(const Napi::CallbackInfo& info);
  Napi::Value Delays(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  void Call(Napi::FunctionReference& function, const std::vector<napi_value>& arguments);

  // The loop's while it is open, which deletes it.
  Crowd* crowd_ = nullptr;
  Napi::FunctionReference on_checked_;
  Napi::FunctionReference on_dtls_;
  std::unique_ptr<Napi::AsyncContext> context_;
  // Keeps the thread's end waiting until the loop has let go of the crowd; null once it is closed.
  CrowdEnding* ending_ = nullptr;
};

}  // namespace zrtc
