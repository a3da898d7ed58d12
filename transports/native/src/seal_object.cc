#include "seal_object.h"

#include <cstring>

#include "arguments.h"
#include "freed_with_thread.h"

namespace zrtc {
namespace {

constexpr size_t kSealKeyBytes = 32;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

// False for what is no number below 2^53.
bool GetNonce(Napi::Env env, napi_value value, uint8_t* nonce) {
  int64_t number = -1;
  if (napi_get_value_int64(env, value, &number) != napi_ok || number < 0 || number >= (int64_t{1} << 53)) return false;
  memset(nonce, 0, kNonceBytes);
  WriteUint32(nonce + 4, static_cast<uint32_t>(number >> 32));
  WriteUint32(nonce + 8, static_cast<uint32_t>(number));
  return true;
}

}  // namespace

Napi::Function SealObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeSeal",
                     {InstanceMethod<&SealObject::Seal>("seal"), InstanceMethod<&SealObject::Open>("open")});
}

// (key)
SealObject::SealObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SealObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  Bytes key;
  if (!GetBytes(env, info[0], &key) || key.length != kSealKeyBytes) {
    Napi::RangeError::New(env, "a key of 32 bytes").ThrowAsJavaScriptException();
    return;
  }
  context_.reset(EVP_CIPHER_CTX_new());
  if (!context_ || EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, key.data, nullptr, 1) != 1)
    Napi::Error::New(env, "no AES-256-GCM").ThrowAsJavaScriptException();
}

// (number, header, payload, to): writes header, sealed payload and tag; 0 when the cipher fails, else how many bytes.
Napi::Value SealObject::Seal(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uint8_t nonce[kNonceBytes];
  Bytes header;
  Bytes payload;
  uint8_t* to = nullptr;
  size_t room = 0;
  if (!GetNonce(env, info[0], nonce) || !GetBytes(env, info[1], &header) || !GetBytes(env, info[2], &payload) ||
      !GetBytes(env, info[3], &to, &room) || room < header.length + payload.length + kTagBytes)
    return Refuse(env, "a number, a header, a payload, and a place for them and a tag");
  EVP_CIPHER_CTX* context = context_.get();
  if (header.length > 0) memcpy(to, header.data, header.length);
  uint8_t* sealed = to + header.length;
  int written = 0;
  const bool is_sealed =
      EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, 1) == 1 &&
      EVP_CipherUpdate(context, nullptr, &written, header.data, static_cast<int>(header.length)) == 1 &&
      (payload.length == 0 ||
       EVP_CipherUpdate(context, sealed, &written, payload.data, static_cast<int>(payload.length)) == 1) &&
      EVP_CipherFinal_ex(context, sealed + payload.length, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, sealed + payload.length) == 1;
  const size_t length = is_sealed ? header.length + payload.length + kTagBytes : 0;
  return Napi::Number::New(env, static_cast<double>(length));
}

// (number, datagram, headerBytes, to): how many bytes were sealed behind the header, written to `to`; -1 for what was not
// sealed so.
Napi::Value SealObject::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  uint8_t nonce[kNonceBytes];
  Bytes datagram;
  uint8_t* to = nullptr;
  size_t room = 0;
  const int32_t header = GetInt32(env, info[2]);
  if (!GetNonce(env, info[0], nonce) || !GetBytes(env, info[1], &datagram) || header < 0 ||
      !GetBytes(env, info[3], &to, &room) || room < datagram.length)
    return Refuse(env, "a number, a datagram, how long its header is, and a place as long as it");
  const auto header_length = static_cast<size_t>(header);
  if (datagram.length < header_length + kTagBytes) return Napi::Number::New(env, -1);
  const size_t length = datagram.length - header_length - kTagBytes;
  EVP_CIPHER_CTX* context = context_.get();
  const uint8_t* sealed = datagram.data + header_length;
  int written = 0;
  const bool is_opened =
      EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, 0) == 1 &&
      EVP_CipherUpdate(context, nullptr, &written, datagram.data, header) == 1 &&
      (length == 0 || EVP_CipherUpdate(context, to, &written, sealed, static_cast<int>(length)) == 1) &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, const_cast<uint8_t*>(sealed + length)) == 1 &&
      EVP_CipherFinal_ex(context, to + length, &written) == 1;
  return Napi::Number::New(env, is_opened ? static_cast<double>(length) : -1);
}

}  // namespace zrtc
