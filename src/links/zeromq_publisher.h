#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "links/curve_key.h"

namespace vividface {

/// A ZeroMQ PUB socket. Sending never waits: a subscriber that falls more than 8 messages behind misses some, one that
/// is not there is not missed.
class ZeromqPublisher {
 public:
  /// Binds. With `key` only subscribers that know its public key get anything. Throws InputError that names the
  /// endpoint when it is malformed or taken.
  explicit ZeromqPublisher(const std::string& endpoint, const std::optional<CurveKey>& key = {});
  /// What was sent is still on its way for up to half a second.
  ~ZeromqPublisher();

  /// One part of a message; `more`: it has another. Throws std::runtime_error when ZeroMQ takes none.
  void send(std::string_view part, bool more = false);

  /// What was bound, with the port's number where the endpoint left it open ("tcp://127.0.0.1:*").
  std::string endpoint() const;

 private:
  struct Socket;
  std::unique_ptr<Socket> socket_;
};

}  // namespace vividface
