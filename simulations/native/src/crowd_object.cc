#include "crowd_object.h"

#include <arpa/inet.h>
#include <uv.h>

#include <cstring>
#include <utility>

#include "arguments.h"
#include "srtp_keys.h"

namespace zrtc {
namespace {

Napi::Array Numbers(Napi::Env env, std::initializer_list<double> all) {
  const Napi::Array array = Napi::Array::New(env, all.size());
  uint32_t i = 0;
  for (const double one : all) array.Set(i++, one);
  return array;
}

}  // namespace

// What outlives the object while the crowd is closing: also at the end of a thread, which has to wait for that.
struct CrowdEnding {
  CrowdObject* owner;
  napi_async_cleanup_hook_handle hook = nullptr;
};

Napi::Function CrowdObject::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeCrowd",
      {InstanceMethod<&CrowdObject::Open>("open"), InstanceMethod<&CrowdObject::Add>("add"),
       InstanceMethod<&CrowdObject::Connect>("connect"), InstanceMethod<&CrowdObject::SendDtls>("sendDtls"),
       InstanceMethod<&CrowdObject::Secure>("secure"), InstanceMethod<&CrowdObject::Remove>("remove"),
       InstanceMethod<&CrowdObject::SetReading>("setReading"), InstanceMethod<&CrowdObject::Measure>("measure"),
       InstanceMethod<&CrowdObject::Counts>("counts"), InstanceMethod<&CrowdObject::Totals>("totals"),
       InstanceMethod<&CrowdObject::Delays>("delays"), InstanceMethod<&CrowdObject::Close>("close")});
}

// (onChecked(index), onDtls(index, bytes))
CrowdObject::CrowdObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<CrowdObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction() || !info[1].IsFunction()) {
    Refuse(env, "two functions");
    return;
  }
  on_checked_ = Napi::Persistent(info[0].As<Napi::Function>());
  on_dtls_ = Napi::Persistent(info[1].As<Napi::Function>());
  context_ = std::make_unique<Napi::AsyncContext>(env, "zrtc-crowd");
}

CrowdObject::~CrowdObject() { CloseAll(); }

// (receiveBufferBytes): [port, granted receive buffer], or an errno below 0.
Napi::Value CrowdObject::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (crowd_ != nullptr) return Refuse(env, "a crowd that is not open");
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  auto crowd = std::make_unique<Crowd>(this);
  if (const int error = crowd->Open(loop, GetInt32(env, info[0])); error != 0) return Napi::Number::New(env, -error);
  crowd_ = crowd.release();
  ending_ = new CrowdEnding{this};
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* data) {
        auto* ending = static_cast<CrowdEnding*>(data);
        if (ending->owner != nullptr) ending->owner->CloseAll();
      },
      ending_, &ending_->hook);
  return Numbers(env, {static_cast<double>(crowd_->socket().port()),
                       static_cast<double>(crowd_->socket().granted_receive_buffer_bytes())});
}

// (isSample): the viewer's number.
Napi::Value CrowdObject::Add(const Napi::CallbackInfo& info) {
  if (crowd_ == nullptr) return Refuse(info.Env(), "an open crowd");
  return Napi::Number::New(info.Env(), static_cast<double>(crowd_->Add(GetBoolean(info.Env(), info[0]))));
}

// (index, address, port, username, password, videoSsrc, audioSsrc): whether it could.
Napi::Value CrowdObject::Connect(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  sockaddr_in server = {};
  server.sin_family = AF_INET;
  server.sin_port = htons(static_cast<uint16_t>(GetInt32(env, info[2])));
  const std::string address = info[1].ToString();
  const bool is_connecting =
      crowd_ != nullptr && inet_pton(AF_INET, address.c_str(), &server.sin_addr) == 1 &&
      crowd_->Connect(static_cast<size_t>(GetInt32(env, info[0])), server, info[3].ToString(), info[4].ToString(),
                      info[5].ToNumber().Uint32Value(), info[6].ToNumber().Uint32Value());
  if (is_connecting) crowd_->Flush();
  return Napi::Boolean::New(env, is_connecting);
}

// (index, bytes)
Napi::Value CrowdObject::SendDtls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes bytes;
  if (!GetBytes(env, info[1], &bytes)) return Refuse(env, "a datagram");
  if (crowd_ == nullptr) return env.Undefined();
  crowd_->Send(static_cast<size_t>(GetInt32(env, info[0])), bytes);
  crowd_->Flush();
  return env.Undefined();
}

// (index, isGcm, localKey, localSalt, remoteKey, remoteSalt)
Napi::Value CrowdObject::Secure(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SrtpProfile profile = GetBoolean(env, info[1]) ? SrtpProfile::kAesGcm : SrtpProfile::kAesCm;
  MasterKey local = {};
  MasterKey remote = {};
  if (!GetMasterKey(env, info[2], info[3], profile, &local) || !GetMasterKey(env, info[4], info[5], profile, &remote))
    return Refuse(env, "SRTP master keys and salts");
  std::shared_ptr<SrtpSession> srtp = SrtpSession::Make(profile, local, remote);
  if (!srtp) return Refuse(env, "a cipher that there is");
  if (crowd_ != nullptr) crowd_->Secure(static_cast<size_t>(GetInt32(env, info[0])), std::move(srtp));
  return env.Undefined();
}

// (index)
Napi::Value CrowdObject::Remove(const Napi::CallbackInfo& info) {
  if (crowd_ != nullptr) crowd_->Remove(static_cast<size_t>(GetInt32(info.Env(), info[0])));
  return info.Env().Undefined();
}

// (isReading)
Napi::Value CrowdObject::SetReading(const Napi::CallbackInfo& info) {
  if (crowd_ != nullptr) crowd_->SetReading(GetBoolean(info.Env(), info[0]));
  return info.Env().Undefined();
}

// (fromMs, toMs): counts and delays begin anew.
Napi::Value CrowdObject::Measure(const Napi::CallbackInfo& info) {
  if (crowd_ == nullptr) return info.Env().Undefined();
  crowd_->Measure({info[0].ToNumber(), info[1].ToNumber()});
  crowd_->Restart();
  return info.Env().Undefined();
}

// (index): [received, bytes, lost, repeated, since when there is media or -1]; undefined for nobody's number.
Napi::Value CrowdObject::Counts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const LoadViewer* viewer = crowd_ == nullptr ? nullptr : crowd_->viewer(static_cast<size_t>(GetInt32(env, info[0])));
  if (viewer == nullptr) return env.Undefined();
  const ReceiveCount& video = viewer->video();
  const ReceiveCount& audio = viewer->audio();
  return Numbers(env, {video.received + audio.received, viewer->bytes(), video.lost() + audio.lost(),
                       video.repeated + audio.repeated, viewer->media_at_ms()});
}

// (): [received, bytes, lost, repeated] of all viewers, then [received, sent, refused] datagrams of the socket.
Napi::Value CrowdObject::Totals(const Napi::CallbackInfo& info) {
  if (crowd_ == nullptr) return Refuse(info.Env(), "an open crowd");
  const CrowdTotals totals = crowd_->totals();
  const LoadSocket& socket = crowd_->socket();
  return Numbers(info.Env(), {totals.received, totals.bytes, totals.lost, totals.repeated, socket.received, socket.sent,
                              socket.refused});
}

// (index): Float32Array, ms.
Napi::Value CrowdObject::Delays(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const LoadViewer* viewer = crowd_ == nullptr ? nullptr : crowd_->viewer(static_cast<size_t>(GetInt32(env, info[0])));
  const size_t count = viewer == nullptr ? 0 : viewer->delays_ms().size();
  Napi::Float32Array delays = Napi::Float32Array::New(env, count);
  if (count > 0) memcpy(delays.Data(), viewer->delays_ms().data(), count * sizeof(float));
  return delays;
}

Napi::Value CrowdObject::Close(const Napi::CallbackInfo& info) {
  CloseAll();
  return info.Env().Undefined();
}

void CrowdObject::CloseAll() {
  if (ending_ == nullptr) return;
  CrowdEnding* ending = std::exchange(ending_, nullptr);
  ending->owner = nullptr;
  std::exchange(crowd_, nullptr)
      ->Close(
          [](void* data) {
            auto* ended = static_cast<CrowdEnding*>(data);
            napi_remove_async_cleanup_hook(ended->hook);
            delete ended;
          },
          ending);
}

void CrowdObject::Checked(size_t index) {
  const Napi::HandleScope scope(Env());
  Call(on_checked_, {Napi::Number::New(Env(), static_cast<double>(index))});
}

void CrowdObject::TakeDtls(size_t index, Bytes datagram) {
  const Napi::HandleScope scope(Env());
  Napi::Uint8Array bytes = Napi::Uint8Array::New(Env(), datagram.length);
  memcpy(bytes.Data(), datagram.data, datagram.length);
  Call(on_dtls_, {Napi::Number::New(Env(), static_cast<double>(index)), bytes});
}

// An exception of the callee's is the thread's, as it is with any other event.
void CrowdObject::Call(Napi::FunctionReference& function, const std::vector<napi_value>& arguments) {
  const Napi::Env env = Env();
  function.MakeCallback(Value(), arguments, *context_);
  if (!env.IsExceptionPending()) return;
  const Napi::Error error = env.GetAndClearPendingException();
  napi_fatal_exception(env, error.Value());
}

}  // namespace zrtc
