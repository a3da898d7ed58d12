#include "sign_hmac_sha1.h"

#include "arguments.h"
#include "hmac_sha1.h"

namespace zrtc {
namespace {

// The longest password of ICE (RFC 8839 section 5.4).
constexpr size_t kPasswordBytesMax = 256;

}  // namespace

Napi::Value SignHmacSha1(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  // One that is longer fills what is more than the most, and is refused. A character is not cut in two: that takes 4 bytes.
  char password[kPasswordBytesMax + 4 + 1];
  size_t length = 0;
  Bytes bytes;
  uint8_t* digest = nullptr;
  size_t room = 0;
  if (napi_get_value_string_utf8(env, info[0], password, sizeof password, &length) != napi_ok ||
      length > kPasswordBytesMax || !GetBytes(env, info[1], &bytes) || !GetBytes(env, info[2], &digest, &room) ||
      room != SHA_DIGEST_LENGTH)
    return Refuse(env, "a password, bytes, and room for a digest");
  HmacSha1(reinterpret_cast<const uint8_t*>(password), length).Sign(digest, bytes);
  OPENSSL_cleanse(password, length);
  return env.Undefined();
}

}  // namespace zrtc
