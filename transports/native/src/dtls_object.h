#pragma once

#include <napi.h>

#include "dtls_handshake.h"

namespace zrtc {

// The certificate and what goes with it, as JavaScript holds it: NativeDtlsContext of ../addon.ts.
class DtlsContextObject : public Napi::ObjectWrap<DtlsContextObject> {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit DtlsContextObject(const Napi::CallbackInfo& info);

  std::unique_ptr<DtlsHandshake> Handshake() const;

 private:
  DtlsRole role_ = DtlsRole::kServer;
  SslContext context_;
};

// A handshake as JavaScript holds it: NativeDtlsHandshake of ../addon.ts.
class DtlsHandshakeObject : public Napi::ObjectWrap<DtlsHandshakeObject> {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit DtlsHandshakeObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Admit(const Napi::CallbackInfo& info);
  Napi::Value Take(const Napi::CallbackInfo& info);
  Napi::Value RecordKeys(const Napi::CallbackInfo& info);
  Napi::Value SrtpKeys(const Napi::CallbackInfo& info);
  Napi::Value Release(const Napi::CallbackInfo& info);

  // Null once it is released.
  std::unique_ptr<DtlsHandshake> handshake_;
};

}  // namespace zrtc
