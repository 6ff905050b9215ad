#include "server/log_event.h"

#include <gtest/gtest.h>

namespace vividface {
namespace {

TEST(LogEvent, IsALineThatAProgramCanRead) {
  EXPECT_EQ(log_event("started", {}), "started");
  EXPECT_EQ(log_event("refused", {{"client", "192.0.2.7"}, {"reason", "only by https"}, {"path", ""}}),
            "refused client=192.0.2.7 reason=\"only by https\" path=\"\"");
  EXPECT_EQ(log_event("x", {{"path", "/\n\x1b[31m\"\\\xc3"}}), "x path=\"/??[31m\\\"\\\\?\"");
  EXPECT_LT(log_event("x", {{"path", std::string(100'000, 'y')}}).size(), 300u);
}

}  // namespace
}  // namespace vividface
