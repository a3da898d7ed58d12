#pragma once

#include <napi.h>

#include <memory>

#include "outlet.h"

namespace zrtc {

// A viewer's end of a track as JavaScript holds it: NativeOutlet of ../addon.ts.
class OutletObject : public Napi::ObjectWrap<OutletObject> {
 public:
  // What its objects are known by.
  static constexpr napi_type_tag kTag = {0x7a727463'6e617469, 0x6f75746c'65740001};

  static Napi::Function Define(Napi::Env env);

  explicit OutletObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<Outlet>& outlet() const { return outlet_; }

 private:
  Napi::Value Lead(const Napi::CallbackInfo& info);
  Napi::Value SetNumberOffset(const Napi::CallbackInfo& info);
  Napi::Value Send(const Napi::CallbackInfo& info);
  Napi::Value SendRtx(const Napi::CallbackInfo& info);

  std::shared_ptr<Outlet> outlet_;
};

}  // namespace zrtc
