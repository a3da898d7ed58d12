#pragma once

#include <napi.h>

namespace zrtc {

// (password, bytes, digest): hmacSha1 of ../addon.ts.
Napi::Value SignHmacSha1(const Napi::CallbackInfo& info);

}  // namespace zrtc
