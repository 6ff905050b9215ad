// Several performers and robots on one server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/service.h"
#include "server/session_actions.h"
#include "server/session_path.h"
#include "server/web_socket_client.h"

namespace vividface {
namespace {

using testing::HasSubstr;

TEST(SessionPath, IsBelowItsName) {
  using Parts = std::pair<std::string, std::string>;
  const auto parts = [](std::string_view path) {
    const SessionPath at = session_path(path);
    return Parts(at.session, at.path);
  };
  EXPECT_EQ(parts("/state"), Parts("", "/state"));
  EXPECT_EQ(parts("/s/anna/state"), Parts("anna", "/state"));
  EXPECT_EQ(parts("/s/a-1_B/ws/stream"), Parts("a-1_B", "/ws/stream"));
  EXPECT_EQ(parts("/s/anna"), Parts("anna", ""));
  EXPECT_EQ(parts("/s/anna/s/ben/stop"), Parts("anna", "/s/ben/stop"));
  for (const char* none : {"/s/", "/s//stop", "/s/../stop", "/s/%61/stop", "/s/a b/stop", "s/anna/stop", ""}) {
    EXPECT_EQ(parts(none), Parts("", none));
  }
  EXPECT_FALSE(is_session_name(std::string(33, 'a')));
}

/// Anna and Ben, each with a robot, as 'serve' puts them together.
struct TwoSessions {
  explicit TwoSessions(ShadowParts of_anna = grey_engine(), HttpServerOptions options = {})
      : anna(std::move(of_anna), ControlTable::ameca(), SafetyLimits::ameca(), anna_link),
        ben(grey_engine(), ControlTable::ameca(), SafetyLimits::ameca(), ben_link) {
    options.port = 0;
    std::vector<LiveSession> sessions = {{"anna", anna, live_actions(anna, {})}, {"ben", ben, live_actions(ben, {})}};
    server.emplace(options, session_actions(std::move(sessions)));
  }

  Client::Answer stream(Client& phone, const std::string& name, int brightness) const {
    const auto jpeg = grey_jpeg(brightness);
    return phone.request(Client::Verb::post, "/s/" + name + "/stream", {{"Content-Type", "image/jpeg"}}, jpeg);
  }
  void stream_until(const std::string& name, const std::string& state) const {
    Client phone(server->port());
    std::string now;
    for (int i = 0; i < 1000 && (now = phone.get("/s/" + name + "/state").body) != state; ++i) {
      EXPECT_EQ(stream(phone, name, 230).body, "OK");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(now, state);
  }

  ZeromqLink anna_link{{.endpoint = "tcp://127.0.0.1:*"}}, ben_link{{.endpoint = "tcp://127.0.0.1:*"}};
  LiveShadow anna, ben;
  std::optional<HttpServer> server;
};

TEST(Sessions, EachPerformerMovesTheirOwnRobot) {
  TwoSessions both;
  Subscriber robot_of_anna(both.anna_link.endpoint()), robot_of_ben(both.ben_link.endpoint());
  both.stream_until("anna", "shadowing");
  Client watcher(both.server->port());
  EXPECT_EQ(watcher.get("/s/ben/state").body, "no camera");
  Client phone(both.server->port());
  ControlVector controls = {};
  for (int i = 0; i < 500 && std::abs(controls[0] - 0.9f) > 0.01f; ++i) {
    both.stream(phone, "anna", 230);
    controls = controls_of(robot_of_anna.next().value());
    EXPECT_EQ(controls_of(robot_of_ben.next().value()), ControlTable::ameca().neutral());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_NEAR(controls[0], 0.9, 0.01);
}

TEST(Sessions, AStopIsOfOneOrOfAll) {
  TwoSessions both;
  Client person(both.server->port());
  EXPECT_EQ(person.post("/s/anna/stop").body, "stopped");
  EXPECT_EQ(both.anna.state(), "stopped");
  EXPECT_EQ(both.ben.state(), "no camera");
  EXPECT_EQ(person.post("/s/anna/release").body, "released");
  EXPECT_NE(both.anna.state(), "stopped");
  EXPECT_EQ(person.post("/stop").body, "stopped");
  EXPECT_EQ(both.anna.state(), "stopped");
  EXPECT_EQ(both.ben.state(), "stopped");
  EXPECT_EQ(person.get("/sessions").body,
            R"({"v":1,"sessions":[{"name":"anna","state":"stopped"},{"name":"ben","state":"stopped"}]})");
  EXPECT_EQ(person.post("/release").body, "released");
  EXPECT_NE(both.ben.state(), "stopped");
}

TEST(Sessions, WhatIsOfASessionIsNotAtTheRootNorTheOtherWayRound) {
  TwoSessions both;
  Client client(both.server->port());
  for (const char* path : {"/state", "/faces", "/s/carl/state", "/s/anna/metrics", "/s/anna/sessions", "/s/anna",
                           "/s/anna/s/ben/state", "/ws/state", "/s/carl/ws/state"}) {
    EXPECT_EQ(client.get(path).status, 404u) << path;
  }
  EXPECT_EQ(client.stream(grey_jpeg(200)).status, 404u);
  EXPECT_EQ(client.get("/s/anna/ws/state").status, 426u);
  EXPECT_EQ(client.get("/healthz").status, 200u);
  EXPECT_EQ(client.get("/s/ben/faces").status, 200u);
  Service alone;
  EXPECT_EQ(Client(alone.port()).get("/s/anna/state").status, 404u);
  EXPECT_EQ(Client(alone.port()).get("/sessions").status, 404u);
}

TEST(Sessions, AreToldApartInTheMetrics) {
  TwoSessions both;
  both.stream_until("anna", "shadowing");
  const std::string text = Client(both.server->port()).get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("vividface_state{session=\"anna\",state=\"shadowing\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vividface_state{session=\"ben\",state=\"no camera\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vividface_frames_total{session=\"ben\",became=\"shadowed\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("vividface_stage_seconds_count{session=\"ben\",stage=\"total\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("vividface_poses_sent_total{session=\"anna\"} "));
  EXPECT_EQ(text.find("# TYPE vividface_state "), text.rfind("# TYPE vividface_state ")) << "a family is one block";
}

TEST(Sessions, OneThatHangsDoesNotHoldUpTheOther) {
  std::atomic<bool> hang{true};
  ShadowParts parts = grey_engine();
  parts.track = [&hang, track = parts.track](const cv::Mat& bgr) {
    while (hang) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return track(bgr);
  };
  {
    TwoSessions both(std::move(parts));
    Client phone(both.server->port());
    for (int i = 0; i < 5; ++i) EXPECT_EQ(both.stream(phone, "anna", 200).body, "OK");
    both.stream_until("ben", "shadowing");
    EXPECT_NE(both.anna.state(), "shadowing");
    hang = false;
  }
}

TEST(Sessions, FramesComeByWebSocketToo) {
  TwoSessions both;
  WebSocketClient phone(both.server->port(), "/s/ben/ws/stream");
  EXPECT_EQ(phone.frame(1, grey_jpeg(200)), "shadowed");
  EXPECT_EQ(both.anna.state(), "no camera");
}

}  // namespace
}  // namespace vividface
