// Connectivity checks of a controlling agent towards one server (RFC 8445 section 7, RFC 8489).
#pragma once

#include <optional>
#include <string>

#include "bytes.h"
#include "hmac_sha1.h"

namespace zrtc {

constexpr size_t kTransactionIdBytes = 12;
// Two user fragments of at most 256 characters, and all else that a check has.
constexpr size_t kCheckBytesMax = 640;

class StunCheck {
 public:
  // `username` is the server's fragment, a colon and ours. False when either is too long.
  bool Begin(const std::string& username, const std::string& remote_password);

  // The next check, of a transaction of its own, into `to`, which has kCheckBytesMax; its length.
  size_t Write(uint8_t* to);
  // Whether this is the server's authentic answer to the last check.
  bool IsAnswer(Bytes message) const;

 private:
  std::string username_;
  std::optional<HmacSha1> integrity_;
  uint8_t transaction_id_[kTransactionIdBytes] = {};
};

}  // namespace zrtc
