// One DTLS 1.2 handshake by OpenSSL, message by message. OpenSSL is shown whole messages, once and in order, and what it
// sends is taken from it before it is cut into records: so records, flights, loss and time are ours (transports/dtls), and
// its own timers and buffers have nothing to do.
#pragma once

#include <openssl/ssl.h>

#include <vector>

#include "dtls_context.h"

namespace zrtc {

constexpr size_t kDigestBytes = 32;
// For both directions, client first: the keys, then the fixed parts of the nonces (RFC 5288).
constexpr size_t kRecordKeysBytes = 2 * (16 + 4);
// For both directions, client first: the keys, then the salts of at most 14 bytes (RFC 5764 section 4.2).
constexpr size_t kSrtpKeysBytesMax = 2 * (16 + 14);

class DtlsHandshake {
 public:
  // For the context: lets in what was admitted, if its key is of a kind that is.
  static int Verify(X509_STORE_CTX* store, void*);

  // Null when OpenSSL has no memory for it.
  static std::unique_ptr<DtlsHandshake> Make(SSL_CTX* context, DtlsRole role);

  DtlsHandshake(const DtlsHandshake&) = delete;
  DtlsHandshake& operator=(const DtlsHandshake&) = delete;

  // The one certificate that the peer may show, in DER. Until then it may show none.
  bool Admit(Bytes certificate);

  // Goes on with a record that holds one message, or none to begin. False when the handshake is over: `alert` says why.
  bool Take(Bytes record);

  // What is to be sent, of the last call: messages, each as a single fragment with its header.
  const std::vector<uint8_t>& messages() const { return messages_; }
  uint8_t alert() const { return alert_; }

  // False until both sides' halves of the key exchange are there.
  bool GetRecordKeys(uint8_t keys[kRecordKeysBytes]) const;
  // How many bytes of keys there are, which tells the profile; 0 until it is done, or where none was agreed on.
  size_t GetSrtpKeys(uint8_t keys[kSrtpKeysBytesMax]) const;

 private:
  struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  explicit DtlsHandshake(SSL* ssl) : ssl_(ssl) {}
  bool Begin(DtlsRole role);
  static void Note(int is_written, int version, int content_type, const void* data, size_t length, SSL* ssl, void* self);

  const std::unique_ptr<SSL, SslFree> ssl_;
  std::vector<uint8_t> messages_;
  uint8_t admitted_[kDigestBytes] = {};
  bool has_admitted_ = false;
  uint8_t alert_ = 0;
};

}  // namespace zrtc
