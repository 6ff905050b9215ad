#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <string>

namespace vividface {

/// PEM files: a certificate with its chain, and its private key. They may be one file.
struct TlsFiles {
  std::filesystem::path certificate, key;
};

/// TLS 1.2 and 1.3 as a server. Throws InputError that names the file that cannot be used.
boost::asio::ssl::context tls_context(const TlsFiles& files);

/// A certificate that this program makes for itself, valid for ten years: made in `folder` (which is made too) at the
/// first call, found there later. Throws InputError when the folder cannot be written.
TlsFiles self_signed_certificate(const std::filesystem::path& folder);

/// SHA-256 of the certificate as browsers show it: "AB:CD:…".
std::string fingerprint(const boost::asio::ssl::context& tls);

/// $XDG_CONFIG_HOME/vividface or ~/.config/vividface. Throws InputError where there is no home folder.
std::filesystem::path user_config_folder();

}  // namespace vividface
