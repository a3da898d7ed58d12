// What load and benches get from C++; ../../load/native-load.ts has its types. No state but that of the objects.
#include <napi.h>

#include "crowd_object.h"
#include "measure_floor.h"
#include "tun_object.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeCrowd", zrtc::CrowdObject::Define(env));
  exports.Set("NativeTun", zrtc::TunObject::Define(env));
  exports.Set("measureFloor", Napi::Function::New(env, zrtc::MeasureFloor));
  return exports;
}

}  // namespace

NODE_API_MODULE(zrtc_load, Init)
