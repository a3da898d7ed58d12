#include "dtls_handshake.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/srtp.h>
#include <openssl/x509.h>

#include <climits>
#include <cstring>

namespace zrtc {
namespace {

// No message of ours is longer, so that none is cut up, and each is noted as it is; how datagrams are filled is decided where they are made.
constexpr long kMtuBytes = 16'384;
// What a handshake may want to send between two messages of the peer: several times a certificate and what goes with it.
constexpr size_t kMessagesBytesMax = 65'536;
constexpr size_t kMasterSecretBytes = 48;
constexpr size_t kRandomBytes = 32;
// As transports/dtls/signature-schemes.ts draws the lines, and says why.
constexpr int kRsaMinBits = 2048;
constexpr int kRsaMaxBits = 8192;
constexpr char kExporterLabel[] = "EXTRACTOR-dtls_srtp";

// The error queue is the thread's, and Node's own crypto reads it too: it is left as empty as it was found.
class ErrorScope {
 public:
  ErrorScope() { ERR_clear_error(); }
  ~ErrorScope() { ERR_clear_error(); }
};

struct KdfFree {
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

bool IsSupportedKey(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
    return EVP_PKEY_get_bits(key) >= kRsaMinBits && EVP_PKEY_get_bits(key) <= kRsaMaxBits;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  char group[32] = {};
  if (EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1) return false;
  return strcmp(group, SN_X9_62_prime256v1) == 0 || strcmp(group, SN_secp384r1) == 0;
}

// The pseudorandom function of TLS 1.2 (RFC 5246 section 5) with the label of section 6.3.
bool ExpandKeys(uint8_t* master, const uint8_t* server_random, const uint8_t* client_random, uint8_t* keys) {
  const std::unique_ptr<EVP_KDF, KdfFree> kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_PRF, nullptr));
  const std::unique_ptr<EVP_KDF_CTX, KdfFree> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) return false;
  char digest[] = "SHA256";
  char label[] = "key expansion";
  // Several seeds count as one, in their order. OpenSSL's parameters are not const, and are only read.
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, kMasterSecretBytes),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, label, strlen(label)),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, const_cast<uint8_t*>(server_random), kRandomBytes),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, const_cast<uint8_t*>(client_random), kRandomBytes),
      OSSL_PARAM_construct_end(),
  };
  return EVP_KDF_derive(context.get(), keys, kRecordKeysBytes, parameters) == 1;
}

}  // namespace

std::unique_ptr<DtlsHandshake> DtlsHandshake::Make(SSL_CTX* context, DtlsRole role) {
  const ErrorScope errors;
  SSL* const ssl = SSL_new(context);
  if (ssl == nullptr) return nullptr;
  std::unique_ptr<DtlsHandshake> handshake(new DtlsHandshake(ssl));
  return handshake->Begin(role) ? std::move(handshake) : nullptr;
}

bool DtlsHandshake::Begin(DtlsRole role) {
  SSL* const ssl = ssl_.get();
  BIO* const from_peer = BIO_new(BIO_s_mem());
  // What OpenSSL makes of its messages is not looked at: Note has seen them whole, and in the clear.
  BIO* const to_peer = BIO_new(BIO_s_null());
  SSL_set_bio(ssl, from_peer, to_peer);
  if (from_peer == nullptr || to_peer == nullptr || SSL_set_app_data(ssl, this) != 1) return false;
  BIO_set_mem_eof_return(from_peer, -1);
  SSL_set_msg_callback(ssl, Note);
  SSL_set_msg_callback_arg(ssl, this);
  // An hour, so never: who owns the endpoint repeats flights, by the owner's clock, and gives it 20 s in all.
  DTLS_set_timer_cb(ssl, [](SSL*, unsigned int) { return UINT_MAX; });
  if (role == DtlsRole::kServer) SSL_set_accept_state(ssl);
  if (role == DtlsRole::kClient) SSL_set_connect_state(ssl);
  return SSL_set_mtu(ssl, kMtuBytes) == kMtuBytes;
}

bool DtlsHandshake::Admit(Bytes certificate) {
  const ErrorScope errors;
  has_admitted_ =
      EVP_Digest(certificate.data, certificate.length, admitted_, nullptr, EVP_sha256(), nullptr) == 1;
  return has_admitted_;
}

bool DtlsHandshake::Take(Bytes record) {
  const ErrorScope errors;
  SSL* const ssl = ssl_.get();
  messages_.clear();
  alert_ = SSL_AD_INTERNAL_ERROR;
  const int length = static_cast<int>(record.length);
  if (length > 0 && BIO_write(SSL_get_rbio(ssl), record.data, length) != length) return false;
  const int result = SSL_do_handshake(ssl);
  const int error = SSL_get_error(ssl, result);
  // Each would be as long as the longest record, while the peer is waited for, which may be for seconds.
  SSL_free_buffers(ssl);
  return result == 1 || (error == SSL_ERROR_WANT_READ && messages_.size() <= kMessagesBytesMax);
}

// The peer's certificate is the one that was promised, or none. Its dates, names and issuer say nothing.
int DtlsHandshake::Verify(X509_STORE_CTX* store, void*) {
  const auto* ssl =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* self = static_cast<const DtlsHandshake*>(SSL_get_app_data(ssl));
  X509* const shown = X509_STORE_CTX_get0_cert(store);
  uint8_t digest[kDigestBytes];
  unsigned int length = 0;
  const bool is_promised = shown != nullptr && self->has_admitted_ &&
                           X509_digest(shown, EVP_sha256(), digest, &length) == 1 && length == kDigestBytes &&
                           memcmp(digest, self->admitted_, kDigestBytes) == 0;
  if (!is_promised) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);  // bad_certificate
    return 0;
  }
  const EVP_PKEY* const key = X509_get0_pubkey(shown);
  if (key == nullptr || !IsSupportedKey(key)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);  // unsupported_certificate
    return 0;
  }
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

// What OpenSSL says, before it becomes records: handshake messages, and the alert with which it gives up.
void DtlsHandshake::Note(int is_written, int, int content_type, const void* data, size_t length, SSL*, void* self) {
  if (is_written == 0) return;
  auto* const handshake = static_cast<DtlsHandshake*>(self);
  const auto* const bytes = static_cast<const uint8_t*>(data);
  std::vector<uint8_t>& messages = handshake->messages_;
  if (content_type == SSL3_RT_ALERT && length == 2) handshake->alert_ = bytes[1];
  // Past the limit it is over, which Take will see.
  if (content_type == SSL3_RT_HANDSHAKE && messages.size() <= kMessagesBytesMax)
    messages.insert(messages.end(), bytes, bytes + length);
}

bool DtlsHandshake::GetRecordKeys(uint8_t keys[kRecordKeysBytes]) const {
  const ErrorScope errors;
  const SSL_SESSION* const session = SSL_get_session(ssl_.get());
  uint8_t master[kMasterSecretBytes];
  uint8_t client_random[kRandomBytes];
  uint8_t server_random[kRandomBytes];
  const bool has_master = session != nullptr && SSL_SESSION_get_master_key(session, master, sizeof master) == sizeof master &&
                          SSL_get_client_random(ssl_.get(), client_random, sizeof client_random) == kRandomBytes &&
                          SSL_get_server_random(ssl_.get(), server_random, sizeof server_random) == kRandomBytes;
  const bool is_made = has_master && ExpandKeys(master, server_random, client_random, keys);
  OPENSSL_cleanse(master, sizeof master);
  return is_made;
}

size_t DtlsHandshake::GetSrtpKeys(uint8_t keys[kSrtpKeysBytesMax]) const {
  const ErrorScope errors;
  const SRTP_PROTECTION_PROFILE* const profile = SSL_get_selected_srtp_profile(ssl_.get());
  if (profile == nullptr || SSL_is_init_finished(ssl_.get()) != 1) return 0;
  const size_t length = 2 * (16 + (profile->id == SRTP_AEAD_AES_128_GCM ? 12 : 14));
  const bool is_made = SSL_export_keying_material(ssl_.get(), keys, length, kExporterLabel, strlen(kExporterLabel),
                                                  nullptr, 0, 0) == 1;
  return is_made ? length : 0;
}

}  // namespace zrtc
