#include "server/rate_limit.h"

#include <algorithm>

namespace vividface {
namespace {

constexpr std::size_t kMostClients = 4096;

}  // namespace

namespace ip = boost::asio::ip;

ip::address client_of(const ip::address& address) {
  if (!address.is_v6() || address.is_loopback()) return address;  // ::1 is this machine, not a network
  if (address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes);
}

bool RateLimit::take(const ip::address& client, Clock::time_point now) {
  if (clients_.size() >= kMostClients) forget_the_idle(now);
  Allowance& allowance = clients_.try_emplace(client_of(client), Allowance{per_second_, now}).first->second;
  allowance = {refilled(allowance, now), now};
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}

double RateLimit::refilled(const Allowance& allowance, Clock::time_point now) const {
  const double rest = std::chrono::duration<double>(now - allowance.since).count();
  return std::min(per_second_, allowance.left + per_second_ * rest);
}

void RateLimit::forget_the_idle(Clock::time_point now) {
  std::erase_if(clients_, [&](const auto& client) { return refilled(client.second, now) >= per_second_; });
  if (clients_.size() >= kMostClients) clients_.clear();
}

}  // namespace vividface
