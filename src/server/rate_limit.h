#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <map>

namespace vividface {

/// How often each client may ask: so many times a second, and as many at once after a second's rest. A client is an
/// IPv4 address or an IPv6 network of 64 bits, which one machine can fill. Memory is bounded, whoever asks.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// `per_second` ≥ 1.
  explicit RateLimit(double per_second) : per_second_(per_second) {}

  /// Whether the client may ask now; counts it if so.
  bool take(const boost::asio::ip::address& client, Clock::time_point now);
  std::size_t clients() const { return clients_.size(); }  ///< that it remembers

 private:
  struct Allowance {
    double left;
    Clock::time_point since;
  };

  double refilled(const Allowance& allowance, Clock::time_point now) const;
  void forget_the_idle(Clock::time_point now);

  double per_second_;
  std::map<boost::asio::ip::address, Allowance> clients_;
};

/// The same for all addresses of one client.
boost::asio::ip::address client_of(const boost::asio::ip::address& address);

}  // namespace vividface
