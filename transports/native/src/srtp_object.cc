#include "srtp_object.h"

#include "arguments.h"
#include "freed_with_thread.h"
#include "srtp_keys.h"

namespace zrtc {
Napi::Function SrtpObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeSrtp",
                     {InstanceMethod<&SrtpObject::OpenRtp>("openRtp"), InstanceMethod<&SrtpObject::OpenRtcp>("openRtcp"),
                      InstanceMethod<&SrtpObject::SealRtp>("sealRtp"),
                      InstanceMethod<&SrtpObject::SealRtcp>("sealRtcp")});
}

// (isGcm, localKey, localSalt, remoteKey, remoteSalt)
SrtpObject::SrtpObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SrtpObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  const SrtpProfile profile = GetBoolean(info.Env(), info[0]) ? SrtpProfile::kAesGcm : SrtpProfile::kAesCm;
  MasterKey local = {};
  MasterKey remote = {};
  if (!GetMasterKey(env, info[1], info[2], profile, &local) || !GetMasterKey(env, info[3], info[4], profile, &remote)) {
    Napi::RangeError::New(env, "SRTP master keys or salts of a wrong length").ThrowAsJavaScriptException();
    return;
  }
  session_ = SrtpSession::Make(profile, local, remote);
  if (!session_) {
    Napi::Error::New(env, "no SRTP ciphers").ThrowAsJavaScriptException();
    return;
  }
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

// (packet, to): the length of what was written to `to`, which is as long as the packet, or a Refusal.
Napi::Value SrtpObject::Open(const Napi::CallbackInfo& info, int (SrtpSession::*open)(uint8_t*, Bytes)) {
  const Napi::Env env = info.Env();
  Bytes packet;
  uint8_t* to = nullptr;
  size_t room = 0;
  if (!GetBytes(env, info[0], &packet) || !GetBytes(env, info[1], &to, &room) || room < packet.length)
    return Refuse(env, "a packet, and a place as long");
  return Napi::Number::New(env, (session_.get()->*open)(to, packet));
}

// (packet, to): the length of what was written to `to`, which has room for the longest overhead; 0 for no packet.
Napi::Value SrtpObject::Seal(const Napi::CallbackInfo& info, size_t (SrtpSession::*seal)(uint8_t*, Bytes)) {
  const Napi::Env env = info.Env();
  Bytes packet;
  uint8_t* to = nullptr;
  size_t room = 0;
  if (!GetBytes(env, info[0], &packet) || !GetBytes(env, info[1], &to, &room) || room < packet.length + kSealOverheadMax)
    return Refuse(env, "a packet, and a place with room to seal it");
  return Napi::Number::New(env, static_cast<double>((session_.get()->*seal)(to, packet)));
}

}  // namespace zrtc
