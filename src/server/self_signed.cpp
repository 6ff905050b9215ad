#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "base/output_file.h"
#include "server/tls.h"

namespace vividface {
namespace {

namespace fs = std::filesystem;

template <auto kFree>
struct Freed {
  void operator()(auto* pointer) const { kFree(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a certificate");
}

std::string host_name() {
  std::array<char, 256> name = {};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  std::string host(name.data());
  constexpr std::size_t kLongestCommonName = 64;
  const bool is_plain =
      host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == std::string::npos;
  return host.empty() || host.size() > kLongestCommonName || !is_plain ? "localhost" : host;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate certificate_for(EVP_PKEY* key) {
  constexpr long kValid = 3650L * 24 * 3600;  // s
  constexpr long kVersion3 = 2;
  Certificate certificate(X509_new());
  require(certificate != nullptr);
  std::array<unsigned char, 16> serial;
  require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
  serial[0] &= 0x7f;  // positive
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr);
  require(X509_set_version(certificate.get(), kVersion3) == 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);  // clients whose clock is behind
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kValid);
  require(X509_set_pubkey(certificate.get(), key) == 1);

  const std::string host = host_name();
  X509_NAME* name = X509_get_subject_name(certificate.get());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1,
                                     -1, 0) == 1);
  require(X509_set_issuer_name(certificate.get(), name) == 1);
  add_extension(certificate.get(), NID_subject_alt_name,
                "DNS:" + host + ",DNS:" + host + ".local,DNS:localhost,IP:127.0.0.1,IP:::1");
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  require(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

std::string key_and_certificate() {
  const Key key(EVP_EC_gen("P-256"));
  require(key != nullptr);
  const Certificate certificate = certificate_for(key.get());
  const Memory pem(BIO_new(BIO_s_mem()));
  require(pem && PEM_write_bio_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  require(PEM_write_bio_X509(pem.get(), certificate.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

TlsFiles self_signed_certificate(const fs::path& folder) {
  const fs::path file = folder / "serve.pem";
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) throw InputError("folder for a certificate \"" + folder.string() + "\": " + error.message());
    OutputFile out(file);
    fs::permissions(out.partial(), fs::perms::owner_read | fs::perms::owner_write);
    out.commit(key_and_certificate());
  }
  return {.certificate = file, .key = file};
}

}  // namespace vividface
