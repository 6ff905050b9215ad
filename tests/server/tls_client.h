#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "server/client.h"

namespace vividface {

/// A client that speaks https and trusts one certificate alone.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const std::filesystem::path& trusted, const std::string& host = "127.0.0.1") {
    tls_.set_verify_mode(boost::asio::ssl::verify_peer);
    tls_.load_verify_file(trusted);
    stream_.set_verify_callback(boost::asio::ssl::host_name_verification(host));
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const timeval timeout{.tv_sec = 20, .tv_usec = 0};
    setsockopt(stream_.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    stream_.handshake(boost::asio::ssl::stream_base::client);
  }

  Client::Answer request(Client::Verb verb, const std::string& target,
                         const std::map<std::string, std::string>& fields = {}, const std::string& body = {}) {
    namespace http = boost::beast::http;
    http::request<http::string_body> request(verb, target, 11);
    request.set(http::field::host, "127.0.0.1");
    for (const auto& [name, value] : fields) request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    http::write(stream_, request);
    http::response<http::string_body> response;
    http::read(stream_, buffer_, response);
    return {response.result_int(), response.body()};
  }

  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  Stream& stream() { return stream_; }

 private:
  boost::asio::io_context context_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
  Stream stream_{context_, tls_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace vividface
