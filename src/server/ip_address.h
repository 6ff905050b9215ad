#pragma once

#include <string>

namespace vividface {

/// Whether `address` is an IP address, and whether nobody but this machine reaches it.
bool is_ip_address(const std::string& address);
bool is_loopback(const std::string& address);

}  // namespace vividface
