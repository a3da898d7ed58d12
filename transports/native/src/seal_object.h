#pragma once

#include <napi.h>

#include "bytes.h"
#include "packet_cipher.h"

namespace zrtc {

// One direction of a relay link under one key, as JavaScript holds it: NativeSeal of ../addon.ts. AES-256-GCM, the number of
// the datagram as its nonce (Noise Protocol Framework, sections 11.4 and 12.3).
class SealObject : public Napi::ObjectWrap<SealObject> {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit SealObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Seal(const Napi::CallbackInfo& info);
  Napi::Value Open(const Napi::CallbackInfo& info);

  CipherContext context_;
};

}  // namespace zrtc
