#include "server/tls.h"

#include <fmt/format.h>
#include <openssl/x509.h>
#include <spdlog/spdlog.h>

#include <array>
#include <boost/system/error_code.hpp>
#include <cstdlib>
#include <vector>

#include "base/error.h"

namespace vividface {

namespace ssl = boost::asio::ssl;
namespace fs = std::filesystem;

ssl::context tls_context(const TlsFiles& files) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A key that wants a passphrase is refused: OpenSSL would ask for it on the terminal and wait.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  const auto check = [](const boost::system::error_code& error, const char* what, const fs::path& file) {
    if (error) throw InputError(fmt::format("{} \"{}\": {}", what, file.string(), error.message()));
  };
  boost::system::error_code error;
  context.use_certificate_chain_file(files.certificate, error);
  check(error, "TLS certificate", files.certificate);
  context.use_private_key_file(files.key, ssl::context::pem, error);
  check(error, "TLS key without a passphrase", files.key);
  if (X509_cmp_current_time(X509_get0_notAfter(SSL_CTX_get0_certificate(context.native_handle()))) < 0) {
    spdlog::warn("TLS certificate \"{}\" has expired: clients will refuse it", files.certificate.string());
  }
  return context;
}

std::string fingerprint(const ssl::context& tls) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  // native_handle() is not const, but what is read here is.
  const X509* certificate = SSL_CTX_get0_certificate(const_cast<ssl::context&>(tls).native_handle());
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  return fmt::format("{:02X}", fmt::join(digest.begin(), digest.begin() + size, ":"));
}

fs::path user_config_folder() {
  for (const auto& [variable, below] : {std::pair{"XDG_CONFIG_HOME", ""}, std::pair{"HOME", ".config"}}) {
    const char* folder = std::getenv(variable);
    if (folder != nullptr && fs::path(folder).is_absolute()) return fs::path(folder) / below / "vividface";
  }
  throw InputError("no home folder to keep a certificate in: give --tls-cert and --tls-key, or set XDG_CONFIG_HOME");
}

}  // namespace vividface
