// What the handshakes of one side have in common: the certificate, and what is offered or taken (RFC 8827 section 6.5), as
// transports/dtls has it.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "bytes.h"

namespace zrtc {

enum class DtlsRole { kServer, kClient };

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

// Whether a peer's certificate is let in: what SSL_CTX_set_cert_verify_callback takes.
using CertificateCheck = int (*)(X509_STORE_CTX* store, void*);

// `private_key` is the PKCS #8 of the certificate's key. Null when either cannot be read, or they do not belong together.
SslContext MakeDtlsContext(DtlsRole role, Bytes certificate, Bytes private_key, CertificateCheck check);

}  // namespace zrtc
