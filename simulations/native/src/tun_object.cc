#include "tun_object.h"

#include "arguments.h"

namespace zrtc {

// What outlives the object while the device is closing: also at the end of a thread, which has to wait for that.
struct TunEnding {
  explicit TunEnding(TunObject* object) : owner(object), device(object) {}

  // Null once the device is closing.
  TunObject* owner;
  TunDevice device;
  napi_async_cleanup_hook_handle hook = nullptr;
};

Napi::Function TunObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeTun",
                     {InstanceMethod<&TunObject::Write>("write"), InstanceMethod<&TunObject::Close>("close")});
}

// (namespaceFile, name, onPacket(bytes)); throws where the device cannot be made.
TunObject::TunObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<TunObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsString() || !info[2].IsFunction()) {
    Refuse(env, "the file of a namespace, a name, and a function");
    return;
  }
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  auto ending = std::make_unique<TunEnding>(this);
  const std::string namespace_file = info[0].As<Napi::String>();
  const std::string name = info[1].As<Napi::String>();
  const std::string failure = ending->device.Open(loop, namespace_file.c_str(), name.c_str());
  if (!failure.empty()) {
    Napi::Error::New(env, failure).ThrowAsJavaScriptException();
    return;
  }
  on_packet_ = Napi::Persistent(info[2].As<Napi::Function>());
  context_ = std::make_unique<Napi::AsyncContext>(env, "zrtc-tun");
  ending_ = ending.release();
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* data) {
        auto* one = static_cast<TunEnding*>(data);
        if (one->owner != nullptr) one->owner->CloseDevice();
      },
      ending_, &ending_->hook);
}

TunObject::~TunObject() { CloseDevice(); }

// An exception of the callee's is the thread's, as it is with any other event.
void TunObject::TakePacket(Bytes packet) {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  on_packet_.MakeCallback(Value(), {Napi::Buffer<uint8_t>::Copy(env, packet.data, packet.length)}, *context_);
  if (!env.IsExceptionPending()) return;
  const Napi::Error error = env.GetAndClearPendingException();
  napi_fatal_exception(env, error.Value());
}

void TunObject::CloseDevice() {
  if (ending_ == nullptr) return;
  TunEnding* ending = ending_;
  ending_ = nullptr;
  ending->owner = nullptr;
  ending->device.Close(
      [](void* data) {
        auto* one = static_cast<TunEnding*>(data);
        napi_remove_async_cleanup_hook(one->hook);
        delete one;
      },
      ending);
}

// (packet): whether the kernel took it.
Napi::Value TunObject::Write(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes packet;
  if (!GetBytes(env, info[0], &packet)) return Refuse(env, "a packet");
  return Napi::Boolean::New(env, ending_ != nullptr && ending_->device.Write(packet));
}

Napi::Value TunObject::Close(const Napi::CallbackInfo& info) {
  CloseDevice();
  return info.Env().Undefined();
}

}  // namespace zrtc
