// Frames in over HTTP, controls out over ZeroMQ: the service as a phone and a robot see it.
#include "server/live_shadow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "camera/frame_source.h"
#include "server/frame_pump.h"
#include "server/service.h"

namespace vividface {
namespace {

using Answer = Client::Answer;

const ControlTable& table() { return ControlTable::ameca(); }

TEST(Serve, TakesFramesAsPublishedAndTheRobotFollows) {
  Service service;
  Subscriber robot(service.link.endpoint());
  EXPECT_EQ(Client(service.port()).get("/healthz"), (Answer{200, "ok"}));
  EXPECT_EQ(Client(service.port()).get("/state"), (Answer{200, "no camera"}));
  service.stream_until("shadowing", grey_jpeg(230));
  Client phone(service.port());
  ControlVector controls = {};
  for (int i = 0; i < 500 && std::abs(controls[0] - 0.9f) > 0.01f; ++i) {
    EXPECT_EQ(phone.stream(grey_jpeg(230)), (Answer{200, "OK"}));
    const auto message = robot.next();
    ASSERT_TRUE(message);
    controls = controls_of(*message);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the takeover takes its second
  }
  EXPECT_NEAR(controls[0], 0.9, 0.01);
}

TEST(Serve, SaysThatItLooksForAFace) {
  Service service;
  service.stream_until("looking for a face", grey_jpeg(0));
  service.wait_until("no camera");  // the phone is gone
}

TEST(Serve, APhoneThatHangsUpIsHeldThenEasedToNeutral) {
  Service service;
  Subscriber robot(service.link.endpoint());
  service.stream_until("shadowing", grey_jpeg(250));
  service.wait_until("holding");
  service.wait_until("neutral");
  service.wait_until("no camera");
  ControlVector last = {};
  for (int i = 0; i < 500 && last != table().neutral(); ++i) last = controls_of(robot.next().value());
  EXPECT_EQ(last, table().neutral());
}

TEST(Serve, AnEmergencyStopLastsUntilItIsReleased) {
  Service service;
  service.stream_until("shadowing", grey_jpeg(250));
  Client person(service.port());
  EXPECT_EQ(person.post("/stop"), (Answer{200, "stopped"}));
  EXPECT_EQ(person.stream(grey_jpeg(250)).status, 200u);
  EXPECT_EQ(person.get("/state").body, "stopped");
  EXPECT_EQ(person.request(Client::Verb::post, "/release", {{"Origin", "http://somewhere"}}, {}).status, 403u);
  EXPECT_EQ(person.get("/state").body, "stopped");
  EXPECT_EQ(person.post("/release"), (Answer{200, "released"}));
  service.stream_until("shadowing", grey_jpeg(250));
  EXPECT_EQ(person.post("/stop"), (Answer{200, "stopped"}));
  const std::map<std::string, std::string> own = {
      {"Origin", "http://127.0.0.1"}};  // the service's page, a person's button
  EXPECT_EQ(person.request(Client::Verb::post, "/release", own, {}), (Answer{200, "released"}));
}

TEST(Serve, APauseEasesToNeutralAndWhatComesIsAnsweredAndNotFollowed) {
  Service service;
  service.stream_until("shadowing", grey_jpeg(250));
  Client person(service.port());
  EXPECT_EQ(person.get("/pause").status, 405u);
  EXPECT_EQ(person.post("/pause"), (Answer{200, "paused"}));
  EXPECT_EQ(person.post("/pause"), (Answer{200, "paused"}));
  EXPECT_EQ(person.get("/state").body, "paused");
  for (int i = 0; i < 1000 && service.live.controls() != table().neutral(); ++i) {
    EXPECT_EQ(person.stream(grey_jpeg(250)), (Answer{200, "OK"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(service.live.controls(), table().neutral());
  std::promise<std::pair<FrameFate, std::string>> told;
  service.live.give(grey_jpeg(250), Clock::now(), [&](FrameFate fate, const std::string& reason) {
    told.set_value({fate, reason});
  });
  EXPECT_EQ(told.get_future().get(), std::pair(FrameFate::taken, std::string("paused")));

  EXPECT_EQ(person.post("/stop"), (Answer{200, "stopped"}));  // is more
  EXPECT_EQ(person.get("/state").body, "stopped");
  EXPECT_EQ(person.post("/release"), (Answer{200, "released"}));
  EXPECT_EQ(person.get("/state").body, "paused");  // as before
  EXPECT_EQ(person.post("/start"), (Answer{200, "started"}));
  service.stream_until("shadowing", grey_jpeg(250));
}

TEST(Serve, TheEndBringsTheRobotToNeutral) {
  Service service;
  Subscriber robot(service.link.endpoint());
  service.stream_until("shadowing", grey_jpeg(250));
  for (int i = 0; i < 40; ++i) {
    Client(service.port()).stream(grey_jpeg(250));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  service.live.finish();
  EXPECT_EQ(service.live.state(), "neutral");
  EXPECT_GE(service.live.counts().shadowing, 1u);
  EXPECT_EQ(service.live.latency()[Stage::end_to_end].count(), service.live.counts().shadowing);
  ControlVector last = {};
  for (int i = 0; i < 500 && last != table().neutral(); ++i) last = controls_of(robot.next().value());
  EXPECT_EQ(last, table().neutral());
  EXPECT_EQ(Client(service.port()).stream(grey_jpeg(250)).status, 200u);  // and is not moved again
}

TEST(Serve, AFrameThatHangsInWorkDoesNotKeepTheRobotInItsPose) {
  std::atomic<bool> hang{false};
  ShadowParts parts = grey_engine();
  parts.track = [&hang, track = parts.track](const cv::Mat& bgr) {
    while (hang) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return track(bgr);
  };
  {
    Service service(std::move(parts));
    service.stream_until("shadowing", grey_jpeg(250));
    hang = true;
    Client(service.port()).stream(grey_jpeg(250));
    service.wait_until("no camera");  // at neutral
    hang = false;
  }
}

// As fast as it is asked.
class Greys : public FrameSource {
 public:
  std::optional<Frame> next() override {
    if (given_ == 30) return std::nullopt;
    return Frame{.bgr = cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(200)), .index = given_++, .arrival = Clock::now()};
  }
  double frames_per_second() const override { return 100; }
  std::optional<std::size_t> frame_count() const override { return 30; }

 private:
  std::size_t given_ = 0;
};

TEST(Serve, ShadowsASourceOfItsOwn) {
  Service service;
  FramePump pump(std::make_unique<Greys>(), /*paced=*/true, [&](Frame frame) { service.live.give(std::move(frame)); });
  while (!pump.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(service.live.state(), "shadowing");
  service.live.finish();
  EXPECT_EQ(service.live.counts().frames + service.live.dropped(), 30u);
}

}  // namespace
}  // namespace vividface
