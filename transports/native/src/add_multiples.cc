#include "add_multiples.h"

#include "arguments.h"
#include "field_sums.h"

namespace zrtc {
namespace {

constexpr size_t kTermNumbers = 3;

}  // namespace

Napi::Value AddMultiples(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uint8_t* into = nullptr;
  size_t room = 0;
  uint8_t* store = nullptr;
  size_t stored = 0;
  int32_t* terms = nullptr;
  size_t numbers = 0;
  uint32_t count = 0;
  if (!GetBytes(env, info[0], &into, &room) || !GetBytes(env, info[1], &store, &stored) ||
      !GetInt32s(env, info[2], &terms, &numbers) || !GetUint32(env, info[3], &count) || count > numbers / kTermNumbers)
    return Refuse(env, "a sum, what parts lie in, and as many terms as there are to be");
  // All of them first, so that a sum is never left half done.
  for (size_t i = 0; i < count; ++i) {
    const int32_t* term = terms + kTermNumbers * i;
    const auto offset = static_cast<uint32_t>(term[0]);
    const auto length = static_cast<uint32_t>(term[1]);
    if (term[0] < 0 || term[1] < 0 || length > room || offset > stored || length > stored - offset || term[2] < 0 ||
        term[2] > UINT8_MAX)
      return Refuse(env, "parts that are there, no longer than the sum, and factors of a byte");
  }
  for (size_t i = 0; i < count; ++i) {
    const int32_t* term = terms + kTermNumbers * i;
    AddMultiple(into, store + term[0], static_cast<size_t>(term[1]), static_cast<uint8_t>(term[2]));
  }
  return env.Undefined();
}

}  // namespace zrtc
