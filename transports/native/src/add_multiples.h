#pragma once

#include <napi.h>

namespace zrtc {

// (into, store, terms, count): addMultiples of ../addon.ts.
Napi::Value AddMultiples(const Napi::CallbackInfo& info);

}  // namespace zrtc
