#pragma once

#include <napi.h>

namespace zrtc {

// (viewers, burst times in ms, packets of each burst, bytes of each packet, isPaced, duration in ms): [packets, CPU in ms];
// measureFloor of ../../load/native-load.ts. Blocks its thread for as long.
Napi::Value MeasureFloor(const Napi::CallbackInfo& info);

}  // namespace zrtc
