#include "packet_cipher.h"

#include "aes_cm.h"
#include "aes_gcm.h"

namespace zrtc {
namespace {

template <class Cipher>
std::unique_ptr<PacketCipher> Made(const SessionKeys& keys) {
  auto cipher = std::make_unique<Cipher>(keys);
  if (!cipher->Begin()) return nullptr;
  return cipher;
}

}  // namespace

std::unique_ptr<PacketCipher> MakePacketCipher(SrtpProfile profile, const SessionKeys& keys) {
  return profile == SrtpProfile::kAesGcm ? Made<AesGcm>(keys) : Made<AesCm>(keys);
}

}  // namespace zrtc
