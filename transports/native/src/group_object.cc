#include "group_object.h"

#include "arguments.h"
#include "outlet_object.h"

namespace zrtc {
namespace {

// What is told of each packet: sequence number, timestamp, padding, index of its page's generation, generation.
constexpr size_t kFactsOfPacket = 5;
constexpr int32_t kPaddingMax = 255;

}  // namespace

Napi::Function GroupObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeGroup",
                     {InstanceMethod<&GroupObject::Add>("add"), InstanceMethod<&GroupObject::Remove>("remove"),
                      InstanceMethod<&GroupObject::Send>("send")});
}

Napi::Value GroupObject::Add(const Napi::CallbackInfo& info) {
  const OutletObject* object = GetWrapped<OutletObject>(info.Env(), info[0]);
  if (object == nullptr) return Refuse(info.Env(), "an outlet");
  group_.Add(object->outlet());
  return info.Env().Undefined();
}

Napi::Value GroupObject::Remove(const Napi::CallbackInfo& info) {
  const OutletObject* object = GetWrapped<OutletObject>(info.Env(), info[0]);
  if (object == nullptr) return Refuse(info.Env(), "an outlet");
  group_.Remove(object->outlet().get());
  return info.Env().Undefined();
}

// (packets, words of each packet's slab, facts, stays | undefined): how many datagrams were queued.
Napi::Value GroupObject::Send(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsArray() || !info[1].IsArray()) return Refuse(env, "two arrays");
  const auto bytes = info[0].As<Napi::Array>();
  const auto words = info[1].As<Napi::Array>();
  int32_t* facts = nullptr;
  size_t fact_count = 0;
  const uint32_t count = bytes.Length();
  if (!GetInt32s(env, info[2], &facts, &fact_count) || fact_count < count * kFactsOfPacket)
    return Refuse(env, "the facts of each packet");
  Bytes stays;
  if (!info[3].IsUndefined() && (!GetBytes(env, info[3], &stays) || stays.length < count))
    return Refuse(env, "of each packet whether it stays");
  std::vector<GroupPacket> packets;
  packets.reserve(count);
  for (uint32_t i = 0; i < count; ++i, facts += kFactsOfPacket) {
    GroupPacket one = {};
    if (!GetBytes(env, bytes.Get(i), &one.packet.bytes) || facts[2] < 0 || facts[2] > kPaddingMax ||
        !GetPage(env, words.Get(i), facts[3], facts[4], &one.page))
      return Refuse(env, "a packet, its padding, and its page");
    one.packet.header = RtpHeaderBytes(one.packet.bytes);
    if (one.packet.header == 0) continue;
    one.sequence_number = static_cast<uint16_t>(facts[0]);
    one.packet.timestamp = static_cast<uint32_t>(facts[1]);
    one.padding = static_cast<uint8_t>(facts[2]);
    one.packet.stays = i < stays.length && stays.data[i] != 0;
    packets.push_back(one);
  }
  return Napi::Number::New(env, static_cast<double>(group_.Send(packets)));
}

}  // namespace zrtc
