#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstddef>
#include <list>

namespace vividface {

/// A client's connection, as the server's list of them knows it.
struct Connection {
  boost::asio::ip::address client;
  std::chrono::steady_clock::time_point heard;  ///< when the client last did something whole
  bool has_place = false;                       ///< else it is a stranger
  bool in_request = false;                      ///< it is not closed to make room
  bool is_web_socket = false;
  boost::beast::tcp_stream* tcp = nullptr;  ///< below TLS; null before it starts and after its end
};

/// Who is connected. A connection is a stranger until something that it asks for is let through; then it has a place.
/// There may be so many strangers and so many places, in all and of one client, and neither makes room for the other:
/// whoever only connects, however often, closes nobody who was let through. One thread.
class Connections {
 public:
  using Entry = std::list<Connection>::iterator;

  Connections(std::size_t most, std::size_t most_of_client) : most_(most), most_of_client_(most_of_client) {}

  /// A stranger, which is always taken: with too many, that which has waited for longest is closed.
  Entry add(const boost::asio::ip::address& client, std::chrono::steady_clock::time_point now);
  void remove(Entry entry) { connections_.erase(entry); }

  /// Gives it a place. With none left, that which has been silent for longest is closed; false when each of them is in
  /// the middle of a request.
  bool give_place(Connection& connection);

  std::size_t count(bool web_sockets) const;

 private:
  template <typename IsOfKind>
  bool make_room(std::size_t most, IsOfKind is_of_kind);

  const std::size_t most_, most_of_client_;
  std::list<Connection> connections_;
};

}  // namespace vividface
