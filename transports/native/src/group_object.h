#pragma once

#include <napi.h>

#include "freed_with_thread.h"
#include "group.h"

namespace zrtc {

// The viewers at a track's live edge as JavaScript holds them: NativeGroup of ../addon.ts.
class GroupObject : public Napi::ObjectWrap<GroupObject> {
 public:
  static Napi::Function Define(Napi::Env env);

  explicit GroupObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<GroupObject>(info) { FreedWithThread(info.Env(), this); }

 private:
  Napi::Value Add(const Napi::CallbackInfo& info);
  Napi::Value Remove(const Napi::CallbackInfo& info);
  Napi::Value Send(const Napi::CallbackInfo& info);

  Group group_;
};

}  // namespace zrtc
