#include "server/state_messages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vividface {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

TEST(StateMessages, TellsAllFirstThenWhatChangesAndControlsAtALimitedRate) {
  std::string state = "no camera";
  ControlVector controls = ControlTable::ameca().neutral();
  StateMessages messages([&] { return state; }, [&] { return controls; });
  auto now = StateMessages::Clock::time_point() + std::chrono::hours(1);

  const Json first = Json::parse(messages.next(now).value());
  EXPECT_EQ(first["v"], 1);
  EXPECT_EQ(first["state"], "no camera");
  EXPECT_EQ(first["names"].size(), kControlCount);
  EXPECT_EQ(first["names"][0], ControlTable::ameca()[0].name);
  EXPECT_EQ(first["controls"].get<ControlVector>(), controls);
  EXPECT_FALSE(messages.next(now));
  EXPECT_FALSE(messages.next(now + milliseconds(5000)));

  state = "shadowing";
  EXPECT_EQ(Json::parse(messages.next(now + milliseconds(5000)).value()),
            Json::parse(R"({"v":1,"state":"shadowing"})"));
  now += milliseconds(6000);
  int told = 0;
  for (int ms = 0; ms < 1000; ms += 10) {
    controls[0] += 0.001f;
    const auto message = messages.next(now + milliseconds(ms));
    if (!message) continue;
    ++told;
    EXPECT_EQ(Json::parse(*message)["controls"].get<ControlVector>(), controls);
    EXPECT_FALSE(Json::parse(*message).contains("state"));
  }
  EXPECT_EQ(told, 10);
}

TEST(StateMessages, TellThePaceFourTimesASecondWhileItChanges) {
  Performance performance;
  StateMessages messages([] { return "shadowing"; }, [] { return ControlTable::ameca().neutral(); },
                         [&] { return performance; });
  const auto start = StateMessages::Clock::time_point() + std::chrono::hours(1);
  const Json first = Json::parse(messages.next(start).value())["performance"];
  EXPECT_TRUE(first["frame_age_s"].is_null());
  EXPECT_TRUE(first["stages"]["total"]["now"].is_null());
  int told = 0;
  for (int ms = 10; ms <= 1000; ms += 10) {
    performance.frame_age = ms / 1000.0;
    performance.stages[3].now = 0.0123456789;
    const auto message = messages.next(start + milliseconds(ms));
    if (!message) continue;
    ++told;
    EXPECT_EQ(Json::parse(*message)["performance"]["frame_age_s"], ms / 1000.0);
    EXPECT_EQ(Json::parse(*message)["performance"]["stages"]["total"]["now"], 0.012346);
  }
  EXPECT_EQ(told, 4);
  EXPECT_FALSE(messages.next(start + milliseconds(9000)));
}

}  // namespace
}  // namespace vividface
