#include "dtls_object.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "arguments.h"
#include "freed_with_thread.h"

namespace zrtc {
namespace {

// By which a context is known from other objects.
constexpr napi_type_tag kContextTag = {0x5f1c7b0a9e3d4826, 0x8d02c46b71fae953};

}  // namespace

Napi::Function DtlsContextObject::Define(Napi::Env env) { return DefineClass(env, "NativeDtlsContext", {}); }

// (isServer, certificate, privateKey)
DtlsContextObject::DtlsContextObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DtlsContextObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  Bytes certificate;
  Bytes private_key;
  if (!GetBytes(env, info[1], &certificate) || !GetBytes(env, info[2], &private_key)) {
    Refuse(env, "a certificate and its key");
    return;
  }
  role_ = GetBoolean(info.Env(), info[0]) ? DtlsRole::kServer : DtlsRole::kClient;
  context_ = MakeDtlsContext(role_, certificate, private_key, DtlsHandshake::Verify);
  ERR_clear_error();
  if (!context_) {
    Refuse(env, "a certificate and its key, which OpenSSL can use");
    return;
  }
  info.This().As<Napi::Object>().TypeTag(&kContextTag);
}

std::unique_ptr<DtlsHandshake> DtlsContextObject::Handshake() const {
  return DtlsHandshake::Make(context_.get(), role_);
}

Napi::Function DtlsHandshakeObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeDtlsHandshake",
                     {InstanceMethod<&DtlsHandshakeObject::Admit>("admit"),
                      InstanceMethod<&DtlsHandshakeObject::Take>("take"),
                      InstanceMethod<&DtlsHandshakeObject::RecordKeys>("recordKeys"),
                      InstanceMethod<&DtlsHandshakeObject::SrtpKeys>("srtpKeys"),
                      InstanceMethod<&DtlsHandshakeObject::Release>("release")});
}

// (context)
DtlsHandshakeObject::DtlsHandshakeObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DtlsHandshakeObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  if (!info[0].IsObject() || !info[0].As<Napi::Object>().CheckTypeTag(&kContextTag)) {
    Refuse(env, "a NativeDtlsContext");
    return;
  }
  handshake_ = DtlsContextObject::Unwrap(info[0].As<Napi::Object>())->Handshake();
  if (!handshake_) Napi::Error::New(env, "OpenSSL has no memory for a handshake").ThrowAsJavaScriptException();
}

// (certificate)
Napi::Value DtlsHandshakeObject::Admit(const Napi::CallbackInfo& info) {
  Bytes certificate;
  if (!handshake_ || !GetBytes(info.Env(), info[0], &certificate) || !handshake_->Admit(certificate))
    return Refuse(info.Env(), "a certificate, before the release");
  return info.Env().Undefined();
}

// (record): what is to be sent, or the alert with which it is over.
Napi::Value DtlsHandshakeObject::Take(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes record;
  if (!handshake_ || !GetBytes(env, info[0], &record)) return Refuse(env, "a record, before the release");
  if (!handshake_->Take(record)) return Napi::Number::New(env, handshake_->alert());
  return Napi::Buffer<uint8_t>::Copy(env, handshake_->messages().data(), handshake_->messages().size());
}

// (): undefined until there are any.
Napi::Value DtlsHandshakeObject::RecordKeys(const Napi::CallbackInfo& info) {
  uint8_t keys[kRecordKeysBytes];
  if (!handshake_ || !handshake_->GetRecordKeys(keys)) return info.Env().Undefined();
  const auto copy = Napi::Buffer<uint8_t>::Copy(info.Env(), keys, sizeof keys);
  OPENSSL_cleanse(keys, sizeof keys);
  return copy;
}

// (): undefined until the handshake is complete, or where no profile was agreed on.
Napi::Value DtlsHandshakeObject::SrtpKeys(const Napi::CallbackInfo& info) {
  uint8_t keys[kSrtpKeysBytesMax];
  const size_t length = handshake_ ? handshake_->GetSrtpKeys(keys) : 0;
  if (length == 0) return info.Env().Undefined();
  const auto copy = Napi::Buffer<uint8_t>::Copy(info.Env(), keys, length);
  OPENSSL_cleanse(keys, sizeof keys);
  return copy;
}

Napi::Value DtlsHandshakeObject::Release(const Napi::CallbackInfo& info) {
  handshake_.reset();
  return info.Env().Undefined();
}

}  // namespace zrtc
