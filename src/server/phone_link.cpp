#include "server/phone_link.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "server/ip_address.h"

namespace vividface {
namespace {

namespace ip = boost::asio::ip;

// The address that the machine would speak from. Connecting a datagram socket sends nothing; 192.0.2.1 is nobody's.
std::optional<ip::address> address_in_network() {
  boost::asio::io_context context;
  boost::system::error_code error;
  ip::udp::socket socket(context);
  socket.open(ip::udp::v4(), error);
  if (!error) socket.connect({ip::make_address("192.0.2.1"), 9}, error);
  if (error) return std::nullopt;
  const ip::address address = socket.local_endpoint(error).address();
  return error || address.is_unspecified() ? std::nullopt : std::optional(address);
}

std::string in_url(const ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

}  // namespace

std::unique_ptr<Pairing> phone_pairing(const HttpServerOptions& options, std::uint16_t port,
                                       const std::string& session) {
  const auto own = options.access.session_tokens.find(session);
  const Token* const token = own != options.access.session_tokens.end() ? &own->second
                             : options.access.token                     ? &*options.access.token
                                                                        : nullptr;
  if (is_loopback(options.address) || !options.tls || token == nullptr) return nullptr;
  const std::string end = (session.empty() ? "" : "/s/" + session) + "/phone";
  if (!options.access.origin.empty()) {
    return std::make_unique<Pairing>(options.access.origin + end, session, *token);
  }
  const ip::address bound = ip::make_address(options.address);
  const std::optional<ip::address> address = bound.is_unspecified() ? address_in_network() : bound;
  if (!address) return nullptr;
  return std::make_unique<Pairing>("https://" + in_url(*address) + ":" + std::to_string(port) + end, session, *token);
}

}  // namespace vividface
