// What JavaScript hands in, checked: our own code alone calls this addon, and a mistake there is an exception in
// JavaScript, never a wrong address here.
#pragma once

#include <napi.h>

#include <cstring>
#include <optional>

#include "bytes.h"
#include "send_queue.h"

namespace zrtc {

// The longest that is sealed or opened: UDP's own limit.
constexpr size_t kDatagramBytesMax = 65'535;

inline Napi::Value Refuse(Napi::Env env, const char* what) {
  // Of two, the first tells more, and a second ends the process.
  if (!env.IsExceptionPending()) Napi::TypeError::New(env, what).ThrowAsJavaScriptException();
  return env.Undefined();
}

// The bytes of a Uint8Array over memory of any kind; borrowed for the call.
inline bool GetBytes(Napi::Env env, napi_value value, uint8_t** data, size_t* length) {
  napi_typedarray_type type;
  void* start = nullptr;
  if (napi_get_typedarray_info(env, value, &type, length, &start, nullptr, nullptr) != napi_ok) return false;
  *data = static_cast<uint8_t*>(start);
  return type == napi_uint8_array;
}

inline bool GetBytes(Napi::Env env, napi_value value, Bytes* bytes) {
  uint8_t* data = nullptr;
  size_t length = 0;
  if (!GetBytes(env, value, &data, &length) || length > kDatagramBytesMax) return false;
  *bytes = {data, length};
  return true;
}

inline bool GetInt32s(Napi::Env env, napi_value value, int32_t** data, size_t* length) {
  napi_typedarray_type type;
  void* start = nullptr;
  if (napi_get_typedarray_info(env, value, &type, length, &start, nullptr, nullptr) != napi_ok) return false;
  *data = static_cast<int32_t*>(start);
  return type == napi_int32_array;
}

inline int32_t GetInt32(Napi::Env env, napi_value value) {
  int32_t number = 0;
  napi_get_value_int32(env, value, &number);
  return number;
}

// False for what is no boolean. A coercion by JavaScript's rules fails in a thread that is being ended.
inline bool GetBoolean(Napi::Env env, napi_value value) {
  bool is_true = false;
  return napi_get_value_bool(env, value, &is_true) == napi_ok && is_true;
}

inline bool GetUint32(Napi::Env env, napi_value value, uint32_t* number) {
  return napi_get_value_uint32(env, value, number) == napi_ok;
}

// A transport address of text and number. False when it is none.
inline bool GetAddress(Napi::Env env, napi_value text, napi_value port, TransportAddress* address) {
  // Cut short it is no address either.
  char chars[INET6_ADDRSTRLEN + 1];
  size_t length = 0;
  uint32_t number = 0;
  return napi_get_value_string_utf8(env, text, chars, sizeof chars, &length) == napi_ok && strlen(chars) == length &&
         GetUint32(env, port, &number) && number <= UINT16_MAX &&
         ParseAddress(chars, static_cast<uint16_t>(number), address);
}

// The object of ours that JavaScript holds as `value`; null for everything else, an object of another class too.
template <class T>
T* GetWrapped(Napi::Env env, napi_value value) {
  bool is_one = false;
  void* wrapped = nullptr;
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object) return nullptr;
  if (napi_check_object_type_tag(env, value, &T::kTag, &is_one) != napi_ok || !is_one) return nullptr;
  return napi_unwrap(env, value, &wrapped) == napi_ok ? static_cast<T*>(wrapped) : nullptr;
}

// A page of a slab: `words` is an Int32Array over the slab, or no such thing for a packet that nobody overwrites.
// False for an index outside of the slab.
inline bool GetPage(Napi::Env env, napi_value words, int32_t index, int32_t generation, std::optional<SourcePage>* page) {
  int32_t* data = nullptr;
  size_t length = 0;
  if (!GetInt32s(env, words, &data, &length)) return true;
  if (index < 0 || static_cast<size_t>(index) >= length) return false;
  *page = SourcePage{reinterpret_cast<std::atomic<int32_t>*>(data + index), generation};
  return true;
}

}  // namespace zrtc
