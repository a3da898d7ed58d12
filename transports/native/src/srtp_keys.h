// SRTP's master keys as JavaScript hands them in.
#pragma once

#include <napi.h>

#include <cstring>

#include "arguments.h"
#include "key_derivation.h"

namespace zrtc {

// False for keys or salts of a wrong length.
inline bool GetMasterKey(Napi::Env env, napi_value key, napi_value salt, SrtpProfile profile, MasterKey* master) {
  Bytes key_bytes;
  Bytes salt_bytes;
  if (!GetBytes(env, key, &key_bytes) || key_bytes.length != kCipherKeyBytes) return false;
  if (!GetBytes(env, salt, &salt_bytes) || salt_bytes.length != SaltBytes(profile)) return false;
  memcpy(master->key, key_bytes.data, key_bytes.length);
  memcpy(master->salt, salt_bytes.data, salt_bytes.length);
  return true;
}

}  // namespace zrtc
