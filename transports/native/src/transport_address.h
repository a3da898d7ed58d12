// A transport address as the kernel takes it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace zrtc {

struct TransportAddress {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t length = 0;

  TransportAddress() { memset(&v6, 0, sizeof v6); }

  bool operator==(const TransportAddress& other) const {
    return length == other.length && memcmp(&v6, &other.v6, length) == 0;
  }
};

// False when `text` is no address, without a zone.
inline bool ParseAddress(const char* text, uint16_t port, TransportAddress* address) {
  *address = TransportAddress();
  if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    address->length = sizeof(sockaddr_in);
    return true;
  }
  if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    address->length = sizeof(sockaddr_in6);
    return true;
  }
  return false;
}

}  // namespace zrtc
