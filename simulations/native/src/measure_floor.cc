#include "measure_floor.h"

#include <algorithm>
#include <cstring>

#include "arguments.h"
#include "floor.h"
#include "rtp_header.h"

namespace zrtc {
namespace {

// What any network carries whole, less the tag.
constexpr int32_t kPacketBytesMax = 1500;

bool GetBursts(Napi::Env env, const Napi::CallbackInfo& info, std::vector<Burst>* bursts) {
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) return false;
  const auto times = info[1].As<Napi::Float64Array>();
  int32_t* counts = nullptr;
  int32_t* sizes = nullptr;
  size_t count_length = 0;
  size_t size_length = 0;
  if (!GetInt32s(env, info[2], &counts, &count_length) || !GetInt32s(env, info[3], &sizes, &size_length)) return false;
  if (count_length == 0 || count_length != times.ElementLength()) return false;
  size_t next = 0;
  for (size_t i = 0; i < count_length; ++i) {
    Burst burst = {times[i], {}};
    for (int32_t j = 0; j < counts[i]; ++j, ++next) {
      if (next >= size_length || sizes[next] < static_cast<int32_t>(kRtpFixedHeaderBytes) || sizes[next] > kPacketBytesMax)
        return false;
      burst.packet_bytes.push_back(static_cast<uint16_t>(sizes[next]));
    }
    bursts->push_back(std::move(burst));
  }
  return true;
}

}  // namespace

Napi::Value MeasureFloor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  FloorOptions options = {};
  options.viewers = info[0].ToNumber().Uint32Value();
  options.is_paced = info[4].ToBoolean();
  options.duration_ms = info[5].ToNumber();
  if (options.viewers == 0 || !GetBursts(env, info, &options.bursts)) return Refuse(env, "viewers, and bursts of packets");
  Floor floor(options);
  if (const int error = floor.Open(); error != 0) {
    Napi::Error::New(env, strerror(error)).ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const FloorFigures figures = floor.Run();
  Napi::Float64Array delays_ms = Napi::Float64Array::New(env, figures.delays_ms.size());
  std::copy(figures.delays_ms.begin(), figures.delays_ms.end(), delays_ms.Data());
  const Napi::Array told = Napi::Array::New(env, 3);
  told.Set(0u, figures.packets);
  told.Set(1u, figures.cpu_ms);
  told.Set(2u, delays_ms);
  return told;
}

}  // namespace zrtc
