// Frames in and the state out by WebSocket, as a phone and a page see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/beast/websocket/ssl.hpp>
#include <memory>

#include "server/service.h"
#include "server/tls_client.h"
#include "server/web_socket_client.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Error = boost::system::error_code;
using testing::StartsWith;

HttpServerOptions quick() {
  return {
      .max_body = 1 << 16, .max_connections = 8, .max_requests_per_s = 1e6, .timeout = std::chrono::milliseconds(1000)};
}

bool is_closed(WebSocketClient& client) {
  boost::beast::flat_buffer message;
  Error error;
  while (!error) client.stream().read(message, error);
  return error != boost::asio::error::try_again && error != boost::asio::error::would_block;
}

TEST(WebSocket, AnswersWhatBecameOfEachFrame) {
  Service service;
  WebSocketClient phone(service.port(), "/ws/stream");
  EXPECT_EQ(phone.frame(10, grey_jpeg(0)), "no face");
  EXPECT_EQ(phone.frame(20, grey_jpeg(200)), "shadowed");
  EXPECT_EQ(phone.frame(20, grey_jpeg(200)), "refused: not newer than the last frame");
  EXPECT_EQ(phone.frame(19, grey_jpeg(200)), "refused: not newer than the last frame");
  EXPECT_EQ(phone.frame(30, Bytes(100, 'x')), "refused: the body is no JPEG");
  Bytes cut = grey_jpeg(100);
  cut.erase(cut.end() - 4, cut.end());
  EXPECT_THAT(phone.frame(40, cut), StartsWith("refused: cannot be decoded"));
  service.live.stop();
  EXPECT_EQ(phone.frame(50, grey_jpeg(200)), "taken: stopped");
  service.live.release();
  EXPECT_EQ(phone.frame(60, grey_jpeg(200)), "shadowed");
}

TEST(WebSocket, TheNewestFrameWins) {
  std::atomic<bool> hang{true};
  std::atomic<int> looked_at{0};
  ShadowParts parts = grey_engine();
  parts.track = [&, track = parts.track](const cv::Mat& bgr) {
    ++looked_at;
    while (hang) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return track(bgr);
  };
  Service service(std::move(parts));
  WebSocketClient phone(service.port(), "/ws/stream");
  phone.send(frame_message(1, grey_jpeg(0)));
  while (looked_at == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (std::uint64_t i = 2; i <= 5; ++i) phone.send(frame_message(i, grey_jpeg(0)));
  for (std::uint64_t i = 2; i <= 4; ++i) EXPECT_EQ(phone.what_became_of(i), "superseded");
  hang = false;
  EXPECT_EQ(phone.what_became_of(1), "no face");
  EXPECT_EQ(phone.what_became_of(5), "no face");
  EXPECT_EQ(looked_at, 2);
}

TEST(WebSocket, RefusesWhatIsNoFrameAndGoesOn) {
  Service service(grey_engine(), quick());
  WebSocketClient phone(service.port(), "/ws/stream");
  for (const Bytes& message : {Bytes{}, Bytes{'V'}, Bytes(12, 0xff), Bytes(5000, 'V')}) {
    phone.send(message);
    const auto answer = phone.next();
    EXPECT_EQ(answer["frame"], "refused");
    EXPECT_TRUE(answer["captured_us"].is_null());
  }
  phone.stream().text(true);
  phone.send(Bytes{'h', 'i'});
  EXPECT_EQ(phone.next()["reason"], "frames are binary messages");
  phone.stream().binary(true);
  EXPECT_EQ(phone.frame(1, grey_jpeg(200)), "shadowed");
}

TEST(WebSocket, AFloodIsRefusedMessageByMessage) {
  Service service(grey_engine(), {.max_requests_per_s = 20});
  WebSocketClient phone(service.port(), "/ws/stream");
  int too_many = 0;
  for (std::uint64_t i = 1; i <= 60; ++i) {
    phone.send(frame_message(i, grey_jpeg(200)));
    if (phone.next().value("reason", "") == "too many messages") ++too_many;
  }
  EXPECT_GE(too_many, 1);
}

TEST(WebSocket, TellsTheStateAndTheControls) {
  Service service;
  WebSocketClient page(service.port(), "/ws/state");
  const auto first = page.next();
  EXPECT_EQ(first["state"], "no camera");
  EXPECT_EQ(first["controls"].size(), kControlCount);
  const auto wait_for = [&](const std::string& state) {
    for (int i = 0; i < 1000; ++i) {
      Client(service.port()).stream(grey_jpeg(250));
      const auto message = page.next();  // with no more frames the state changes
      EXPECT_EQ(message["v"], 1);
      if (message.value("state", "") == state) return true;
    }
    return false;
  };
  EXPECT_TRUE(wait_for("shadowing"));
  service.live.stop();
  EXPECT_TRUE(wait_for("stopped"));
}

TEST(WebSocket, APageOfAnotherOriginIsRefused) {
  Service service;
  const std::string own = "http://127.0.0.1:" + std::to_string(service.port());
  EXPECT_EQ(WebSocketClient(service.port(), "/ws/state", own).next()["v"], 1);
  for (const char* path : {"/ws/state", "/ws/stream"}) {
    EXPECT_THROW(WebSocketClient(service.port(), path, "http://elsewhere.example"), std::exception);
  }
  EXPECT_THROW(WebSocketClient(service.port(), "/ws/nothing"), std::exception);
  EXPECT_EQ(Client(service.port()).get("/ws/state").status, 426u);
}

TEST(WebSocket, OverTlsWithTheTokenInTheQuery) {
  const TemporaryFolder folder;
  const TlsFiles files = self_signed_certificate(folder.path());
  const Token token = Token::make();
  HttpServerOptions options = quick();
  options.tls = files;
  options.access = {.token = token, .local_token = true};
  Service service(grey_engine(), options);
  const auto connect = [&](const std::string& query) {
    TlsClient client(service.port(), files.certificate);
    boost::beast::websocket::stream<TlsClient::Stream&> socket(client.stream());
    Error error;
    socket.handshake("127.0.0.1", "/ws/state" + query, error);
    if (error) return false;
    boost::beast::flat_buffer message;
    socket.read(message, error);
    return !error;
  };
  EXPECT_TRUE(connect("?token=" + token.text()));
  EXPECT_FALSE(connect("?token=" + Token::make().text()));
  EXPECT_FALSE(connect(""));
}

TEST(WebSocket, ASlowReaderHoldsNobodyUp) {
  Service service(grey_engine(), quick());
  WebSocketClient deaf(service.port(), "/ws/stream"), page(service.port(), "/ws/state");
  for (int i = 0; i < 20'000; ++i) deaf.send(Bytes{'x'});  // some 2 MB of answers that nobody reads
  EXPECT_EQ(Client(service.port()).get("/healthz").status, 200u);
  service.stream_until("shadowing", grey_jpeg(200));
}

TEST(WebSocket, WhatIsTooLargeOrTooSlowIsCutOff) {
  Service service(grey_engine(), quick());
  WebSocketClient large(service.port(), "/ws/stream"), slow(service.port(), "/ws/stream");
  Error error;
  large.stream().write(boost::asio::buffer(Bytes(1 << 17, 'x')), error);
  EXPECT_TRUE(is_closed(large));
  error = {};
  for (int i = 0; i < 100 && !error; ++i) {  // a fragment each 50 ms, with no end
    slow.stream().write_some(false, boost::asio::buffer("x", 1), error);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(error);
}

bool has_web_sockets(const Service& service, int count) {
  return Client(service.port()).get("/metrics").body.find("{kind=\"websocket\"} " + std::to_string(count) + "\n") !=
         std::string::npos;
}

TEST(WebSocket, AClientThatIsGoneIsForgotten) {
  Service service(grey_engine(), quick());
  for (int i = 0; i < 30; ++i) {
    WebSocketClient gone(service.port(), i % 2 == 0 ? "/ws/stream" : "/ws/state");
    if (i % 2 == 0) gone.send(frame_message(1, grey_jpeg(200)));
  }
  for (int i = 0; i < 500 && !has_web_sockets(service, 0); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(has_web_sockets(service, 0));
}

TEST(WebSocket, OneThatAnswersPingsStaysAndOneThatDoesNotGoes) {
  HttpServerOptions options = quick();
  options.timeout = std::chrono::milliseconds(3000);
  Service service(grey_engine(), options);
  WebSocketClient alive(service.port(), "/ws/state");
  const WebSocketClient dead(service.port(), "/ws/stream");
  for (int i = 0; i < 500 && !has_web_sockets(service, 1); ++i) {
    service.stream_until("shadowing", grey_jpeg(200));
    alive.next();  // reading answers pings
  }
  EXPECT_TRUE(has_web_sockets(service, 1));
  service.stream_until("shadowing", grey_jpeg(200));
  EXPECT_EQ(alive.next()["v"], 1);
}

TEST(WebSocket, TheEndOfTheServerEndsItsClients) {
  std::atomic<bool> hang{true};
  ShadowParts parts = grey_engine();
  parts.track = [&, track = parts.track](const cv::Mat& bgr) {
    while (hang) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return track(bgr);
  };
  Service service(std::move(parts));
  WebSocketClient phone(service.port(), "/ws/stream"), page(service.port(), "/ws/state");
  page.next();
  phone.send(frame_message(1, grey_jpeg(200)));
  phone.send(frame_message(2, grey_jpeg(200)));
  service.server.reset();
  hang = false;  // what became of the frames is told to nobody
  EXPECT_TRUE(is_closed(phone));
  EXPECT_TRUE(is_closed(page));
  service.live.finish();
}

}  // namespace
}  // namespace vividface
