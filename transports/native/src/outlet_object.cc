#include "outlet_object.h"

#include <cstring>

#include "arguments.h"
#include "freed_with_thread.h"
#include "srtp_object.h"
#include "udp_object.h"

namespace zrtc {
namespace {

bool GetPayloadTypes(Napi::Env env, napi_value value, int8_t* to) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return false;
  if (type != napi_int8_array || length != 128) return false;
  memcpy(to, data, length);
  return true;
}

// Where a single packet's page is, for its queue.
int SourceOf(const Outlet& outlet, const std::optional<SourcePage>& page, size_t most) {
  if (!page.has_value() || outlet.queue == nullptr) return -1;
  // Room is made first, as making it may end what the queue calls the pages.
  return outlet.queue->Reserve(most) == nullptr ? -1 : outlet.queue->AddSource(*page);
}

}  // namespace

Napi::Function OutletObject::Define(Napi::Env env) {
  return DefineClass(env, "NativeOutlet",
                     {InstanceMethod<&OutletObject::Lead>("lead"),
                      InstanceMethod<&OutletObject::SetNumberOffset>("setNumberOffset"),
                      InstanceMethod<&OutletObject::Send>("send"), InstanceMethod<&OutletObject::SendRtx>("sendRtx")});
}

// (srtp | undefined, ssrc, rtxSsrc, payloadTypes, rtxPayloadTypes, extensionIds | undefined)
OutletObject::OutletObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<OutletObject>(info) {
  const Napi::Env env = info.Env();
  if (FreedWithThread(env, this)) return;
  const SrtpObject* srtp = GetWrapped<SrtpObject>(env, info[0]);
  const bool is_plain = info[0].IsUndefined();
  OutletTerms terms = {};
  if ((srtp == nullptr && !is_plain) || !GetUint32(env, info[1], &terms.ssrc) || !GetUint32(env, info[2], &terms.rtx_ssrc)) {
    Refuse(env, "SRTP or none, and two SSRCs");
    return;
  }
  if (!GetPayloadTypes(env, info[3], terms.payload_types) || !GetPayloadTypes(env, info[4], terms.rtx_payload_types)) {
    Refuse(env, "128 payload types, twice");
    return;
  }
  Bytes ids;
  terms.extensions.are_ours = !GetBytes(env, info[5], &ids);
  if (!terms.extensions.are_ours) {
    if (ids.length != sizeof terms.extensions.ids) {
      Refuse(env, "16 extension ids");
      return;
    }
    memcpy(terms.extensions.ids, ids.data, ids.length);
  }
  outlet_ = std::make_shared<Outlet>(is_plain ? nullptr : srtp->session(), terms);
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

// (udp, address, remoteAddress, remotePort)
Napi::Value OutletObject::Lead(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const UdpObject* udp = GetWrapped<UdpObject>(env, info[0]);
  if (udp == nullptr) return Refuse(env, "sockets");
  outlet_->queue = udp->queue(static_cast<size_t>(GetInt32(env, info[1])));
  if (!GetAddress(env, info[2], info[3], &outlet_->to)) outlet_->queue = nullptr;
  return env.Undefined();
}

Napi::Value OutletObject::SetNumberOffset(const Napi::CallbackInfo& info) {
  outlet_->number_offset = static_cast<uint16_t>(GetInt32(info.Env(), info[0]));
  return info.Env().Undefined();
}

// (bytes, sequenceNumber, timestamp, words | undefined, generationIndex, generation): whether it was queued.
Napi::Value OutletObject::Send(const Napi::CallbackInfo& info) {
  Single one;
  if (!GetSingle(info, &one)) return Refuse(info.Env(), "a packet, and its page");
  const bool is_queued = one.packet.header > 0 && outlet_->Send(one.packet, one.sequence_number, 0, one.source);
  return Napi::Boolean::New(info.Env(), is_queued);
}

// As Send, with the number of the retransmission at the end.
Napi::Value OutletObject::SendRtx(const Napi::CallbackInfo& info) {
  Single one;
  if (!GetSingle(info, &one)) return Refuse(info.Env(), "a packet, and its page");
  const auto rtx_sequence_number = static_cast<uint16_t>(GetInt32(info.Env(), info[6]));
  const bool is_queued = one.packet.header > 0 &&
                         outlet_->SendRtx(one.packet, one.sequence_number, rtx_sequence_number, one.source);
  return Napi::Boolean::New(info.Env(), is_queued);
}

bool OutletObject::GetSingle(const Napi::CallbackInfo& info, Single* one) const {
  const Napi::Env env = info.Env();
  std::optional<SourcePage> page;
  if (!GetBytes(env, info[0], &one->packet.bytes) ||
      !GetPage(env, info[3], GetInt32(env, info[4]), GetInt32(env, info[5]), &page))
    return false;
  one->packet.header = RtpHeaderBytes(one->packet.bytes);
  one->packet.timestamp = static_cast<uint32_t>(GetInt32(env, info[2]));
  one->sequence_number = static_cast<uint16_t>(GetInt32(env, info[1]));
  // The longest that it gets is a retransmission, by the original's number.
  const size_t most = one->packet.bytes.length + kSealOverheadMax + sizeof(uint16_t);
  if (one->packet.header > 0) one->source = SourceOf(*outlet_, page, most);
  return true;
}

}  // namespace zrtc
