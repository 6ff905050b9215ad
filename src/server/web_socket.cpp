#include "server/web_socket.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "server/access.h"
#include "server/frame_message.h"
#include "server/outbox.h"
#include "server/session_path.h"
#include "server/state_messages.h"

namespace vividface {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Clock = std::chrono::steady_clock;
using Error = beast::error_code;
using asio::experimental::awaitable_operators::operator&&;

constexpr std::chrono::milliseconds kStatePeriod(50);  // how often the state is looked at

auto failing_into(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// One client. It reads and writes at once; when either ends, so does the other. Both own it: when the server ends, in
/// whichever order, it is there for the last.
template <typename Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, Connection& connection, ServerParts& server, const HttpActions& actions)
      : socket_(std::move(stream)),
        connection_(connection),
        server_(server),
        actions_(actions),
        outbox_(std::make_shared<Outbox>(socket_.get_executor())) {
    connection_.tcp = &beast::get_lowest_layer(socket_);
    connection_.is_web_socket = true;
  }

  asio::awaitable<void> run(HttpRequest request) {
    const std::string_view path = session_path(path_of(request)).path;
    takes_frames_ = path == "/ws/stream";
    const bool shows_pictures = path == "/ws/preview";
    constexpr std::size_t kLargestQuestion = 1 << 10;
    socket_.read_message_max(takes_frames_ ? kFrameHeaderSize + server_.options.max_body : kLargestQuestion);
    socket_.set_option(websocket::stream_base::timeout{.handshake_timeout = server_.options.timeout,
                                                       .idle_timeout = server_.options.timeout,
                                                       .keep_alive_pings = true});
    socket_.control_callback([this](websocket::frame_type, beast::string_view) { connection_.heard = Clock::now(); });
    beast::get_lowest_layer(socket_).expires_never();  // the WebSocket has its own
    Error error;
    if (offers_protocol(request)) {
      socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
        response.set(beast::http::field::sec_websocket_protocol, kWebSocketProtocol);
      }));
    }
    co_await socket_.async_accept(request, failing_into(error));
    if (error) co_return;
    connection_.in_request = false;
    socket_.text(true);
    const std::shared_ptr<Session> self = this->shared_from_this();
    if (takes_frames_) {
      co_await (read(self) && write_answers(self));
    } else if (shows_pictures) {
      socket_.binary(true);
      co_await (read(self) && write_pictures(self));
    } else {
      co_await (read(self) && write_state(self));
    }
  }

 private:
  // Whichever of the two coroutines ends ends the other.
  struct Ending {
    std::shared_ptr<Session> session;
    explicit Ending(std::shared_ptr<Session> of) : session(std::move(of)) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() {
      session->is_open_ = false;
      beast::get_lowest_layer(session->socket_).close();
      session->outbox_->filled().cancel();
    }
  };

  asio::awaitable<void> read(std::shared_ptr<Session> self) {
    const Ending ending(std::move(self));
    beast::flat_buffer message;
    while (co_await read_message(message)) {
      connection_.heard = Clock::now();
      if (takes_frames_) take({static_cast<const std::uint8_t*>(message.data().data()), message.size()});
      message.clear();
    }
  }

  // Whole, and within the time for a request from its first byte to its last.
  asio::awaitable<bool> read_message(beast::flat_buffer& message) {
    constexpr std::size_t kAtOnce = 1 << 16;
    Error error;
    Clock::time_point begun{};
    do {
      co_await socket_.async_read_some(message, kAtOnce, failing_into(error));
      if (begun == Clock::time_point{}) begun = Clock::now();
      if (error || Clock::now() - begun > server_.options.timeout) co_return false;
      connection_.in_request = !socket_.is_message_done();
    } while (!socket_.is_message_done());
    co_return true;
  }

  void take(std::span<const std::uint8_t> message) {
    std::optional<std::uint64_t> captured_us;
    try {
      if (!server_.rate.take(connection_.client, Clock::now())) throw InputError("too many messages");
      if (!socket_.got_binary()) throw InputError("frames are binary messages");
      const FrameMessage frame = parse_frame_message(message);
      captured_us = frame.captured_us;
      if (last_captured_us_ && *captured_us <= *last_captured_us_) throw InputError("not newer than the last frame");
      last_captured_us_ = captured_us;
      const auto refused =
          actions_.frame({.jpeg = {frame.jpeg.begin(), frame.jpeg.end()}, .report = report(*captured_us)});
      if (refused) throw InputError(refused->line);
    } catch (const InputError& error) {
      outbox_->put(frame_answer(captured_us, FrameFate::refused, error.what()));
    }
  }

  // Told on the thread that shadows, and perhaps when the client is gone.
  FrameReport report(std::uint64_t captured_us) const {
    return [captured_us, thread = server_.thread, client = std::weak_ptr(outbox_)](FrameFate fate, std::string reason) {
      thread->post([captured_us, client, fate, reason = std::move(reason)] {
        if (const auto outbox = client.lock()) outbox->put(frame_answer(captured_us, fate, reason));
      });
    };
  }

  asio::awaitable<void> write_answers(std::shared_ptr<Session> self) {
    const Ending ending(std::move(self));
    Error error, woken;
    while (is_open_ && !error) {
      const std::optional<std::string> answer = outbox_->take();
      if (answer) {
        co_await socket_.async_write(asio::buffer(*answer), failing_into(error));
      } else {
        outbox_->filled().expires_at(Clock::time_point::max());
        co_await outbox_->filled().async_wait(failing_into(woken));
      }
    }
  }

  asio::awaitable<void> write_state(std::shared_ptr<Session> self) {
    const Ending ending(std::move(self));
    StateMessages messages(actions_.state, actions_.controls, actions_.performance);
    Error error, woken;
    while (is_open_ && !error) {
      const std::optional<std::string> message = messages.next(Clock::now());
      if (message) co_await socket_.async_write(asio::buffer(*message), failing_into(error));
      if (!is_open_) break;
      outbox_->filled().expires_after(kStatePeriod);
      co_await outbox_->filled().async_wait(failing_into(woken));
    }
  }

  asio::awaitable<void> write_pictures(std::shared_ptr<Session> self) {
    const Ending ending(std::move(self));
    const std::vector<PictureSource>& pictures = actions_.pictures;
    std::vector<std::uint64_t> told(pictures.size());
    Error error, woken;
    while (is_open_ && !error) {
      for (std::size_t kind = 0; kind < told.size() && is_open_ && !error; ++kind) {
        const PictureMessage newest = pictures[kind]();
        if (newest.number == std::exchange(told[kind], newest.number) || !newest.bytes) continue;
        co_await socket_.async_write(asio::buffer(*newest.bytes), failing_into(error));
      }
      if (!is_open_) break;
      outbox_->filled().expires_after(kStatePeriod);
      co_await outbox_->filled().async_wait(failing_into(woken));
    }
  }

  websocket::stream<Stream> socket_;
  Connection& connection_;
  ServerParts& server_;
  const HttpActions& actions_;  ///< of what it asked for
  std::shared_ptr<Outbox> outbox_;
  bool takes_frames_ = false;  ///< else what a client says is not listened to
  std::optional<std::uint64_t> last_captured_us_;
  bool is_open_ = true;
};

template <typename Stream>
asio::awaitable<void> serve(Stream stream, HttpRequest request, Connection& connection, ServerParts& server) {
  const auto session = std::make_shared<Session<Stream>>(std::move(stream), connection, server,
                                                         *actions_of(server.actions, path_of(request)));
  co_await session->run(std::move(request));
  connection.tcp = nullptr;
}

}  // namespace

bool is_web_socket(std::string_view path) {
  return path == "/ws/stream" || path == "/ws/state" || path == "/ws/preview";
}

asio::awaitable<void> serve_web_socket(beast::tcp_stream stream, HttpRequest request, Connection& connection,
                                       ServerParts& server) {
  co_await serve(std::move(stream), std::move(request), connection, server);
}

asio::awaitable<void> serve_web_socket(TlsStream stream, HttpRequest request, Connection& connection,
                                       ServerParts& server) {
  co_await serve(std::move(stream), std::move(request), connection, server);
}

}  // namespace vividface
