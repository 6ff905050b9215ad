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

}  // namespace
}  // namespace vividface
