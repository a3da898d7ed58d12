// Who ends an object that JavaScript was to hold and does not.
#pragma once

#include <napi.h>

namespace zrtc {

// First of all in the constructor of an object that JavaScript is to hold. A thread that is being ended takes no object any
// more, and says so by no exception, so that nobody would end it: then it goes with the thread, and this is true, and there is
// nothing else to construct.
template <class T>
bool FreedWithThread(Napi::Env env, T* object) {
  if (!object->IsEmpty()) return false;
  // With an exception, whoever called the constructor ends the object.
  if (!env.IsExceptionPending())
    napi_add_env_cleanup_hook(env, [](void* unheld) { delete static_cast<T*>(unheld); }, object);
  return true;
}

}  // namespace zrtc
