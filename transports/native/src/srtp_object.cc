#include "srtp_object.h"

#include <cstring>

#include "arguments.h"

namespace zrtc {
namespace {

bool GetMaster(Napi::Env env, napi_value key, napi_value salt, SrtpProfile profile, MasterKey* master) {
  Bytes key_bytes;
  Bytes salt_bytes;
  if (!GetBytes(env, key, &key_bytes) || key_bytes.length != kCipherKeyBytes) return false;
  if (!GetBytes(env, salt, &salt_bytes) || salt_bytes.length != SaltBytes(profile)) return false;
  memcpy(master->key, key_bytes.data, key_bytes.length);
  memcpy(master->salt, salt_bytes.data, salt_bytes.length);
  return true;
}

}  // namespace

Napi::Function SrtpObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeSrtp",
                     {InstanceMethod<&SrtpObject::OpenRtp>("openRtp"), InstanceMethod<&SrtpObject::OpenRtcp>("openRtcp"),
                      InstanceMethod<&SrtpObject::SealRtp>("sealRtp"),
                      InstanceMethod<&SrtpObject::SealRtcp>("sealRtcp")});
}

// (isGcm, localKey, localSalt, remoteKey, remoteSalt)
SrtpObject::SrtpObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SrtpObject>(info) {
  const Napi::Env env = info.Env();
  const SrtpProfile profile = GetBoolean(info.Env(), info[0]) ? SrtpProfile::kAesGcm : SrtpProfile::kAesCm;
  MasterKey local = {};
  MasterKey remote = {};
  if (!GetMaster(env, info[1], info[2], profile, &local) || !GetMaster(env, info[3], info[4], profile, &remote)) {
    Napi::RangeError::New(env, "SRTP master keys or salts of a wrong length").ThrowAsJavaScriptException();
    return;
  }
  session_ = SrtpSession::Make(profile, local, remote);
  OPENSSL_cleanse(&local, sizeof local);
  OPENSSL_cleanse(&remote, sizeof remote);
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
