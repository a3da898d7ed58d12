// What JavaScript's side of an object is, and who ends the object where it has none.
#pragma once

#include <napi.h>

namespace zrtc {

// First of all in the constructor of an object that JavaScript is to hold. A thread that is being ended wraps nothing any
// more, and says so by no exception: then nobody would end the object, and it is to do nothing, and goes with the thread.
template <class T>
bool IsWrapped(Napi::Env env, T* object) {
  if (!object->IsEmpty()) return true;
  // With an exception, whoever called the constructor ends the object.
  if (!env.IsExceptionPending())
    napi_add_env_cleanup_hook(env, [](void* unwrapped) { delete static_cast<T*>(unwrapped); }, object);
  return false;
}

}  // namespace zrtc
