#include "dtls_context.h"

#include <openssl/srtp.h>
#include <openssl/x509.h>

namespace zrtc {
namespace {

// The first is what every browser has to offer; the second is for servers with an RSA key, so for our clients alone. Both
// have the record keys and the pseudorandom function that transports/dtls/key-schedule.ts knows.
constexpr char kCipherSuites[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
// AES-GCM first: one pass over a packet instead of two.
constexpr char kSrtpProfiles[] = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";
// X25519 first: the quicker. P-384 is for certificates alone, as negotiation.ts lets nobody in who offers no other.
constexpr char kGroups[] = "X25519:P-256:P-384";
// What a peer may sign with: those of transports/dtls/signature-schemes.ts.
constexpr char kPeerSchemes[] =
    "ECDSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";
// What we sign with: our certificate's key is on P-256.
constexpr char kOwnScheme[] = "ECDSA+SHA256";
// Of ours: its message then fits into one record, so that no message is ever cut up (dtls_handshake.cc). As much is let in.
constexpr size_t kCertificateBytesMax = 8192;
// No RSA below 2048 bits, and nothing with SHA-1.
constexpr int kSecurityLevel = 2;

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

bool ShowCertificate(SSL_CTX* context, Bytes certificate, Bytes private_key) {
  const uint8_t* certificate_at = certificate.data;
  const uint8_t* key_at = private_key.data;
  const std::unique_ptr<X509, CertificateFree> shown(
      d2i_X509(nullptr, &certificate_at, static_cast<long>(certificate.length)));
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      d2i_AutoPrivateKey(nullptr, &key_at, static_cast<long>(private_key.length)));
  return shown && key && SSL_CTX_use_certificate(context, shown.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

bool SetSchemes(SSL_CTX* context, DtlsRole role) {
  const bool is_server = role == DtlsRole::kServer;
  // The first call is about what servers sign, the second about what clients do.
  return SSL_CTX_set1_sigalgs_list(context, is_server ? kOwnScheme : kPeerSchemes) == 1 &&
         SSL_CTX_set1_client_sigalgs_list(context, is_server ? kPeerSchemes : kOwnScheme) == 1;
}

}  // namespace

SslContext MakeDtlsContext(DtlsRole role, Bytes certificate, Bytes private_key, CertificateCheck check) {
  if (certificate.length > kCertificateBytesMax) return nullptr;
  SslContext context(SSL_CTX_new(role == DtlsRole::kServer ? DTLS_server_method() : DTLS_client_method()));
  if (!context) return nullptr;
  SSL_CTX* const settings = context.get();
  SSL_CTX_set_security_level(settings, kSecurityLevel);
  SSL_CTX_set_verify(settings, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(settings, check, nullptr);
  // Nothing is kept of a handshake that another could go on with, and there is never a second one.
  SSL_CTX_set_session_cache_mode(settings, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(settings, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                    SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(settings, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  const bool is_set = SSL_CTX_set_min_proto_version(settings, DTLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_max_proto_version(settings, DTLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(settings, kCipherSuites) == 1 &&
                      SSL_CTX_set1_groups_list(settings, kGroups) == 1 && SetSchemes(settings, role) &&
                      // It alone says 0 when all is well.
                      SSL_CTX_set_tlsext_use_srtp(settings, kSrtpProfiles) == 0 &&
                      ShowCertificate(settings, certificate, private_key);
  return is_set ? std::move(context) : nullptr;
}

}  // namespace zrtc
