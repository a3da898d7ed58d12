// HMAC-SHA1 (RFC 2104) with the key worked in once: a packet costs two copies of a state, not two blocks more.
#pragma once

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "bytes.h"

namespace zrtc {

// On SHA_CTX, as its state has to be copied for every packet: the newer interface does that only by allocating.
class HmacSha1 {
 public:
  HmacSha1(const uint8_t* key, size_t length) {
    uint8_t block[SHA_CBLOCK];
    uint8_t hashed[SHA_DIGEST_LENGTH];
    // What is longer than a block is hashed first (RFC 2104 section 2).
    if (length > sizeof block) {
      SHA1(key, length, hashed);
      key = hashed;
      length = sizeof hashed;
    }
    Pad(block, key, length, 0x36);
    SHA1_Init(&inner_);
    SHA1_Update(&inner_, block, sizeof block);
    Pad(block, key, length, 0x5c);
    SHA1_Init(&outer_);
    SHA1_Update(&outer_, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(hashed, sizeof hashed);
  }

  ~HmacSha1() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
  }

  // Of `first` and `second`, one after the other, into `digest`, which has SHA_DIGEST_LENGTH bytes.
  void Sign(uint8_t* digest, Bytes first, Bytes second = {}) const {
    SHA_CTX state = inner_;
    SHA1_Update(&state, first.data, first.length);
    if (second.length > 0) SHA1_Update(&state, second.data, second.length);
    SHA1_Final(digest, &state);
    state = outer_;
    SHA1_Update(&state, digest, SHA_DIGEST_LENGTH);
    SHA1_Final(digest, &state);
  }

 private:
  // The key is no longer than a block.
  static void Pad(uint8_t* block, const uint8_t* key, size_t length, uint8_t with) {
    for (size_t i = 0; i < SHA_CBLOCK; ++i) block[i] = static_cast<uint8_t>((i < length ? key[i] : 0) ^ with);
  }

  SHA_CTX inner_;
  SHA_CTX outer_;
};

}  // namespace zrtc
