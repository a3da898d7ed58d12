// What JavaScript gets of the native engine; ../addon.ts has its types. No state but that of the objects: each worker
// thread has its own, and all of it ends with the worker.
#include <napi.h>

#include "add_multiples.h"
#include "dtls_object.h"
#include "group_object.h"
#include "outlet_object.h"
#include "seal_object.h"
#include "sign_hmac_sha1.h"
#include "srtp_object.h"
#include "thread_cpu.h"
#include "udp_object.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeSrtp", zrtc::SrtpObject::Define(env));
  exports.Set("NativeUdp", zrtc::UdpObject::Define(env));
  exports.Set("NativeOutlet", zrtc::OutletObject::Define(env));
  exports.Set("NativeSeal", zrtc::SealObject::Define(env));
  exports.Set("NativeGroup", zrtc::GroupObject::Define(env));
  exports.Set("NativeDtlsContext", zrtc::DtlsContextObject::Define(env));
  exports.Set("NativeDtlsHandshake", zrtc::DtlsHandshakeObject::Define(env));
  exports.Set("addMultiples", Napi::Function::New(env, zrtc::AddMultiples));
  exports.Set("hmacSha1", Napi::Function::New(env, zrtc::SignHmacSha1));
  exports.Set("pinThread", Napi::Function::New(env, zrtc::PinThread));
  return exports;
}

}  // namespace

NODE_API_MODULE(zrtc_native, Init)
