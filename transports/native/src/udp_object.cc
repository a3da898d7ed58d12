#include "udp_object.h"

#include <uv.h>

#include <cstring>
#include <utility>

#include "arguments.h"
#include "freed_with_thread.h"

namespace zrtc {
namespace {

// What is told of one datagram: u16 length, u16 port, u8 family (4 or 6), 3 unused, 16 address.
constexpr size_t kToldBytes = 24;

void Tell(uint8_t* at, const UdpEndpoint::Received& received) {
  const TransportAddress& from = *received.from;
  memset(at, 0, kToldBytes);
  WriteUint16(at, static_cast<uint16_t>(received.length));
  if (from.any.sa_family == AF_INET) {
    WriteUint16(at + 2, ntohs(from.v4.sin_port));
    at[4] = 4;
    memcpy(at + 8, &from.v4.sin_addr, 4);
  } else {
    WriteUint16(at + 2, ntohs(from.v6.sin6_port));
    at[4] = 6;
    memcpy(at + 8, &from.v6.sin6_addr, 16);
  }
}

}  // namespace

// What outlives the object while its sockets are closing: also at the end of a worker, which has to wait for that.
struct Ending {
  explicit Ending(UdpObject* object) : owner(object) {}

  // Null once its sockets are closing.
  UdpObject* owner;
  napi_async_cleanup_hook_handle hook = nullptr;
  std::vector<std::unique_ptr<UdpEndpoint>> endpoints;
  size_t open_endpoints = 0;

  void CloseAll() {
    owner = nullptr;
    open_endpoints = endpoints.size();
    if (endpoints.empty()) return End();
    // The last to be closed deletes this.
    std::vector<UdpEndpoint*> all;
    for (const auto& endpoint : endpoints) all.push_back(endpoint.get());
    for (UdpEndpoint* endpoint : all) endpoint->Close([](void* data) { static_cast<Ending*>(data)->OneClosed(); }, this);
  }

 private:
  void OneClosed() {
    open_endpoints -= 1;
    if (open_endpoints == 0) End();
  }

  void End() {
    napi_remove_async_cleanup_hook(hook);
    delete this;
  }
};

Napi::Function UdpObject::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeUdp",
      {InstanceMethod<&UdpObject::Open>("open"), InstanceMethod<&UdpObject::Send>("send"),
       InstanceMethod<&UdpObject::FlushQueues>("flush"), InstanceMethod<&UdpObject::Counters>("counters"),
       InstanceMethod<&UdpObject::Close>("close"),
       StaticValue("READ_BATCH", Napi::Number::New(env, kReadBatch)),
       StaticValue("READ_BYTES", Napi::Number::New(env, kReadBytes)),
       StaticValue("TOLD_BYTES", Napi::Number::New(env, kToldBytes))});
}

// (staging, told, onDatagrams(address, count, isLast), onTurnEnd())
UdpObject::UdpObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<UdpObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  size_t staging_length = 0;
  size_t told_length = 0;
  if (!GetBytes(env, info[0], &staging_data_, &staging_length) || staging_length < kReadBatch * kReadBytes ||
      !GetBytes(env, info[1], &told_data_, &told_length) || told_length < kReadBatch * kToldBytes ||
      !info[2].IsFunction() || !info[3].IsFunction()) {
    Refuse(env, "places to read into, and two functions");
    return;
  }
  staging_ = Napi::Persistent(info[0].As<Napi::Uint8Array>());
  told_ = Napi::Persistent(info[1].As<Napi::Uint8Array>());
  on_datagrams_ = Napi::Persistent(info[2].As<Napi::Function>());
  on_turn_end_ = Napi::Persistent(info[3].As<Napi::Function>());
  context_ = std::make_unique<Napi::AsyncContext>(env, "zrtc-udp");
  ending_ = new Ending(this);
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* data) {
        auto* ending = static_cast<Ending*>(data);
        if (ending->owner != nullptr) ending->owner->FlushAndClose();
      },
      ending_, &ending_->hook);
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

// Nothing is sent any more: the slabs that it was made from may have been collected too.
UdpObject::~UdpObject() { CloseAll(); }

std::shared_ptr<SendQueue> UdpObject::queue(size_t index) const {
  return index < endpoints_.size() ? endpoints_[index]->queue() : nullptr;
}

// (address, port, receiveBufferBytes, sendBufferBytes): [port, granted receive buffer, granted send buffer], or an errno
// below 0.
Napi::Value UdpObject::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  UdpOptions options = {};
  if (!GetAddress(env, info[0], info[1], &options.local)) return Refuse(env, "an IP address, and a port");
  // Nobody would close it.
  if (ending_ == nullptr) return Refuse(env, "sockets that are not closed");
  options.receive_buffer_bytes = GetInt32(env, info[2]);
  options.send_buffer_bytes = GetInt32(env, info[3]);
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  auto endpoint = std::make_unique<UdpEndpoint>(endpoints_.size(), this);
  if (const int error = endpoint->Open(loop, options, &sent_); error != 0) {
    return Napi::Number::New(env, -error);
  }
  const Napi::Array opened = Napi::Array::New(env, 3);
  opened.Set(0u, endpoint->port());
  opened.Set(1u, endpoint->granted_receive_buffer_bytes());
  opened.Set(2u, endpoint->granted_send_buffer_bytes());
  endpoints_.push_back(std::move(endpoint));
  return opened;
}

// (bytes, address, remoteAddress, remotePort, dontFragment): false when it cannot be queued.
Napi::Value UdpObject::Send(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uint8_t* data = nullptr;
  size_t length = 0;
  if (!GetBytes(env, info[0], &data, &length)) return Refuse(env, "a datagram");
  const auto queue = this->queue(static_cast<size_t>(GetInt32(env, info[1])));
  TransportAddress to;
  if (!queue || !GetAddress(env, info[2], info[3], &to)) return Napi::Boolean::New(env, false);
  const bool dont_fragment = GetBoolean(env, info[4]);
  // What waits is no part of what may not be fragmented.
  if (dont_fragment) queue->Flush();
  uint8_t* at = queue->Reserve(length);
  if (at == nullptr) return Napi::Boolean::New(env, false);
  if (length > 0) memcpy(at, data, length);
  queue->Commit(length, to, -1);
  if (dont_fragment) queue->FlushUnfragmented();
  return Napi::Boolean::New(env, true);
}

Napi::Value UdpObject::FlushQueues(const Napi::CallbackInfo& info) {
  Flush();
  return info.Env().Undefined();
}

// [received, bytes received, truncated, sent, bytes sent, errors, overwritten, torn]
Napi::Value UdpObject::Counters(const Napi::CallbackInfo& info) {
  ReceiveCounters received = received_before_;
  for (const auto& endpoint : endpoints_) {
    received.datagrams += endpoint->received.datagrams;
    received.bytes += endpoint->received.bytes;
    received.truncated += endpoint->received.truncated;
  }
  const double all[] = {received.datagrams, received.bytes, received.truncated, sent_.datagrams,
                        sent_.bytes,        sent_.errors,   sent_.overwritten,  sent_.torn};
  const Napi::Array counters = Napi::Array::New(info.Env(), std::size(all));
  for (uint32_t i = 0; i < std::size(all); ++i) counters.Set(i, all[i]);
  return counters;
}

Napi::Value UdpObject::Close(const Napi::CallbackInfo& info) {
  FlushAndClose();
  // Through these the object would be held by itself, and never collected.
  on_datagrams_.Reset();
  on_turn_end_.Reset();
  return info.Env().Undefined();
}

void UdpObject::Flush() {
  for (const auto& endpoint : endpoints_) endpoint->queue()->Flush();
}

void UdpObject::FlushAndClose() {
  Flush();
  CloseAll();
}

void UdpObject::CloseAll() {
  for (const auto& endpoint : endpoints_) {
    received_before_.datagrams += endpoint->received.datagrams;
    received_before_.bytes += endpoint->received.bytes;
    received_before_.truncated += endpoint->received.truncated;
  }
  if (ending_ == nullptr) return;
  ending_->endpoints = std::move(endpoints_);
  endpoints_.clear();
  std::exchange(ending_, nullptr)->CloseAll();
}

bool UdpObject::Take(size_t index, const UdpEndpoint::Received* received, size_t count, bool is_last) {
  for (size_t i = 0; i < count; ++i) Tell(told_data_ + i * kToldBytes, received[i]);
  const Napi::HandleScope scope(Env());
  const napi_value arguments[] = {Napi::Number::New(Env(), static_cast<double>(index)),
                                  Napi::Number::New(Env(), static_cast<double>(count)),
                                  Napi::Boolean::New(Env(), is_last)};
  return Call(on_datagrams_, arguments, std::size(arguments));
}

bool UdpObject::TurnEnds() {
  const Napi::HandleScope scope(Env());
  return Call(on_turn_end_, nullptr, 0);
}

// An exception of the callee's is the thread's, as it is with any other event. False when the thread is ending, and takes no
// calls any more.
bool UdpObject::Call(Napi::FunctionReference& function, const napi_value* arguments, size_t count) {
  const napi_env env = Env();
  if (napi_make_callback(env, *context_, Value(), function.Value(), count, arguments, nullptr) == napi_ok) return true;
  bool is_pending = false;
  napi_is_exception_pending(env, &is_pending);
  if (!is_pending) return false;
  napi_value error = nullptr;
  napi_get_and_clear_last_exception(env, &error);
  napi_fatal_exception(env, error);
  return true;
}

}  // namespace zrtc
