#include "key_derivation.h"

#include <cstring>

namespace zrtc {
namespace {

// The pseudo-random function of RFC 3711 section 4.3.3: AES in counter mode over zeros, from (label, salt).
bool Derive(EVP_CIPHER_CTX* context, SrtpProfile profile, const MasterKey& master, uint8_t label, uint8_t* to,
            size_t length) {
  // The last two bytes count blocks. A salt of 12 bytes counts as 14 with zeros at its end (RFC 7714 section 11).
  uint8_t counter[16] = {};
  memcpy(counter, master.salt, SaltBytes(profile));
  counter[7] ^= label;
  memset(to, 0, length);
  int written = 0;
  return EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, counter, 1) == 1 &&
         EVP_CipherUpdate(context, to, &written, to, static_cast<int>(length)) == 1;
}

}  // namespace

bool DeriveSessionKeys(SrtpProfile profile, const MasterKey& master, KeyPurpose purpose, SessionKeys* keys) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, master.key, nullptr, 1) != 1) return false;
  const auto label = static_cast<uint8_t>(purpose);
  return Derive(context.get(), profile, master, label, keys->cipher_key, sizeof keys->cipher_key) &&
         Derive(context.get(), profile, master, static_cast<uint8_t>(label + 1), keys->authentication_key,
                sizeof keys->authentication_key) &&
         Derive(context.get(), profile, master, static_cast<uint8_t>(label + 2), keys->salt, SaltBytes(profile));
}

}  // namespace zrtc
