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
  // A packet that goes to this viewer alone.
  struct Single {
    TrackPacket packet;
    uint16_t sequence_number = 0;
    // What its queue calls the page that it lies in.
    int source = -1;
  };

  // False for what is none; with a header of 0 bytes what is no RTP.
  bool GetSingle(const Napi::CallbackInfo& info, Single* one) const;
  Napi::Value Lead(const Napi::CallbackInfo& info);
  Napi::Value SetNumberOffset(const Napi::CallbackInfo& info);
  Napi::Value Send(const Napi::CallbackInfo& info);
  Napi::Value SendRtx(const Napi::CallbackInfo& info);

  std::shared_ptr<Outlet> outlet_;
};

}  // namespace zrtc
