#pragma once

#include <napi.h>

#include <memory>

#include "srtp_session.h"

namespace zrtc {

// A session's SRTP as JavaScript holds it: NativeSrtp of ../addon.ts.
class SrtpObject : public Napi::ObjectWrap<SrtpObject> {
 public:
  // What its objects are known by.
  static constexpr napi_type_tag kTag = {0x7a727463'6e617469, 0x73727470'00000001};

  static Napi::Function Define(Napi::Env env);

  explicit SrtpObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<SrtpSession>& session() const { return session_; }

 private:
  Napi::Value Open(const Napi::CallbackInfo& info, int (SrtpSession::*open)(uint8_t*, Bytes));
  Napi::Value Seal(const Napi::CallbackInfo& info, size_t (SrtpSession::*seal)(uint8_t*, Bytes));
  Napi::Value OpenRtp(const Napi::CallbackInfo& info) { return Open(info, &SrtpSession::OpenRtp); }
  Napi::Value OpenRtcp(const Napi::CallbackInfo& info) { return Open(info, &SrtpSession::OpenRtcp); }
  Napi::Value SealRtp(const Napi::CallbackInfo& info) { return Seal(info, &SrtpSession::SealWholeRtp); }
  Napi::Value SealRtcp(const Napi::CallbackInfo& info) { return Seal(info, &SrtpSession::SealRtcp); }

  std::shared_ptr<SrtpSession> session_;
};

}  // namespace zrtc
