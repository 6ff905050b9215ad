#include "links/json_message.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "links/subscriber.h"
#include "links/zeromq_json.h"

namespace vividface {
namespace {

const ControlTable& table() { return ControlTable::ameca(); }

TEST(JsonMessage, SaysAllThatIsKnown) {
  SentPose pose{.sequence = 7,
                .controls = table().neutral(),
                .stepped = 12.5,
                .captured = 12.25,
                .confidence = 0.75f,
                .state = "shadowing"};
  pose.controls[0] = 0.1f + 0.2f;
  pose.controls[8] = -129.99998f;
  JsonMessage message(table());
  const auto json = nlohmann::json::parse(message.write(pose, 1.7e9, 1.7e9 + 12.75));
  EXPECT_EQ(json.size(), 9u);
  EXPECT_EQ(json["message"], "vividface.controls");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["sequence"], 7);
  EXPECT_EQ(json["captured_s"], 1.7e9 + 12.25);
  EXPECT_EQ(json["sent_s"], 1.7e9 + 12.75);
  EXPECT_EQ(json["clock_s"], 12.5);
  EXPECT_EQ(json["state"], "shadowing");
  EXPECT_EQ(json["confidence"], 0.75);
  ASSERT_EQ(json["controls"].size(), kControlCount);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    EXPECT_EQ(json["controls"][table()[i].name].get<float>(), pose.controls[i]);  // to the bit
  }
}

TEST(JsonMessage, SaysNullOfWhatIsNotKnown) {
  JsonMessage message(table());
  const auto json = nlohmann::json::parse(
      message.write({.sequence = std::numeric_limits<std::uint64_t>::max(), .state = "no camera"}, 0, 1));
  EXPECT_TRUE(json["captured_s"].is_null());
  EXPECT_TRUE(json["confidence"].is_null());
  EXPECT_EQ(json["sequence"].get<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
}

TEST(JsonMessage, KeepsTheOrderOfTheTable) {
  JsonMessage message(table());
  const auto json = nlohmann::ordered_json::parse(message.write({.state = "no camera"}, 0, 1));
  std::size_t i = 0;
  for (const auto& control : json["controls"].items()) EXPECT_EQ(control.key(), table()[i++].name);
}

TEST(ZeromqJson, PublishesOnePartWithTimesOfNow) {
  ZeromqJson link("tcp://127.0.0.1:*", table());
  Subscriber subscriber(link.endpoint());
  const auto seconds = [](auto time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); };
  const double before = seconds(std::chrono::system_clock::now());
  const double now = seconds(std::chrono::steady_clock::now());
  std::optional<Subscriber::Message> message;
  for (int i = 0; i < 1000 && !message; ++i) {
    link.sent({.controls = table().neutral(), .stepped = now, .captured = now, .state = "shadowing"});
    message = subscriber.next(10);
  }
  ASSERT_TRUE(message);
  ASSERT_EQ(message->size(), 1u);
  const auto json = nlohmann::json::parse(message->front());
  EXPECT_GE(json["sent_s"].get<double>(), before - 1e-3);
  EXPECT_NEAR(json["captured_s"].get<double>(), before, 5);
  EXPECT_LE(json["captured_s"].get<double>(), json["sent_s"].get<double>() + 1e-3);
}

}  // namespace
}  // namespace vividface
