// From the master key and salt that DTLS left behind to the keys that packets are sealed with (RFC 3711 section 4.3, key
// derivation rate 0: once a session; RFC 7714 section 11 for AES-GCM).
#pragma once

#include "packet_cipher.h"

namespace zrtc {

// RFC 3711 section 4.3.2: the labels of each purpose are this and the two behind it.
enum class KeyPurpose : uint8_t { kRtp = 0, kRtcp = 3 };

struct MasterKey {
  ~MasterKey() { OPENSSL_cleanse(this, sizeof *this); }

  uint8_t key[kCipherKeyBytes];
  uint8_t salt[kSaltBytesMax];
};

// False when the cipher fails.
bool DeriveSessionKeys(SrtpProfile profile, const MasterKey& master, KeyPurpose purpose, SessionKeys* keys);

}  // namespace zrtc
