#pragma once

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "links/subscriber.h"
#include "links/zeromq_link.h"
#include "server/client.h"
#include "server/grey_engine.h"
#include "server/http_server.h"
#include "server/session_actions.h"

namespace vividface {

/// A message as controls: 30 parts, all of them numbers in range.
inline ControlVector controls_of(const Subscriber::Message& message) {
  ControlVector controls = {};
  EXPECT_EQ(message.size(), kControlCount);
  for (std::size_t i = 0; i < std::min(message.size(), kControlCount); ++i) {
    controls[i] = std::stof(message[i]);
    EXPECT_GE(controls[i], ControlTable::ameca()[i].shadowing.min);
    EXPECT_LE(controls[i], ControlTable::ameca()[i].shadowing.max);
  }
  return controls;
}

/// The whole service on free ports of 127.0.0.1, as 'serve' puts it together.
struct Service {
  explicit Service(ShadowParts parts = grey_engine(), HttpServerOptions options = {},
                   const LiveActionsOptions& actions = {})
      : live(std::move(parts), ControlTable::ameca(), SafetyLimits::ameca(), link) {
    options.port = 0;
    server.emplace(options, session_actions({{"", live, live_actions(live, actions)}}));
  }

  std::uint16_t port() const { return server->port(); }

  // The state is asked for once: where the machine is busy, it may be another half a second later.

  /// Sends `jpeg` at some 50 frames a second until the service says `state`.
  void stream_until(const std::string& state, const std::vector<std::uint8_t>& jpeg) const {
    Client phone(port());
    std::string now;
    for (int i = 0; i < 1000 && (now = phone.get("/state").body) != state; ++i) {
      EXPECT_EQ(phone.stream(jpeg), (Client::Answer{200, "OK"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(now, state);
  }

  void wait_until(const std::string& state) const {
    Client watcher(port());
    std::string now;
    for (int i = 0; i < 1000 && (now = watcher.get("/state").body) != state; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(now, state);
  }

  // Before there are threads: TSan does not see that the library below guards its first use.
  std::shared_ptr<spdlog::logger> log = spdlog::default_logger();
  ZeromqLink link{{.endpoint = "tcp://127.0.0.1:*"}};
  LiveShadow live;
  std::optional<HttpServer> server;
};

}  // namespace vividface
