#include "server/connections.h"

#include <algorithm>

namespace vividface {

Connections::Entry Connections::add(const boost::asio::ip::address& client, std::chrono::steady_clock::time_point now) {
  make_room(most_of_client_, [&](const Connection& other) { return !other.has_place && other.client == client; });
  make_room(most_, [](const Connection& other) { return !other.has_place; });
  return connections_.insert(connections_.end(), {.client = client, .heard = now});
}

bool Connections::give_place(Connection& connection) {
  if (connection.has_place) return true;
  const auto same_client = [&](const Connection& other) {
    return other.has_place && other.client == connection.client;
  };
  connection.has_place = make_room(most_of_client_, same_client) &&
                         make_room(most_, [](const Connection& other) { return other.has_place; });
  return connection.has_place;
}

std::size_t Connections::count(bool web_sockets) const {
  const auto is_counted = [&](const Connection& open) { return open.is_web_socket == web_sockets; };
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), is_counted));
}

/// Whether one more of a kind fits: with `most` open, closes one, and its coroutine takes it out.
template <typename IsOfKind>
bool Connections::make_room(std::size_t most, IsOfKind is_of_kind) {
  std::size_t open = 0;
  Connection* silent = nullptr;
  for (Connection& connection : connections_) {
    if (connection.tcp == nullptr || !connection.tcp->socket().is_open() || !is_of_kind(connection)) continue;
    ++open;
    if (!connection.in_request && (silent == nullptr || connection.heard < silent->heard)) silent = &connection;
  }
  if (open < most) return true;
  if (silent != nullptr) silent->tcp->close();
  return silent != nullptr;
}

}  // namespace vividface
