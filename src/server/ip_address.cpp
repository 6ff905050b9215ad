#include "server/ip_address.h"

#include <boost/asio/ip/address.hpp>

namespace vividface {

namespace ip = boost::asio::ip;

bool is_ip_address(const std::string& address) {
  boost::system::error_code error;
  ip::make_address(address, error);
  return !error;
}

bool is_loopback(const std::string& address) {
  boost::system::error_code error;
  const ip::address parsed = ip::make_address(address, error);
  if (error) return false;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, parsed.to_v6()).is_loopback();
  }
  return parsed.is_loopback();
}

}  // namespace vividface
