#pragma once

#include <napi.h>

namespace zrtc {

// (index): binds the calling thread to one of the CPUs that it may run on, round and round; the CPU's number, or -1.
Napi::Value PinThread(const Napi::CallbackInfo& info);

}  // namespace zrtc
