#include "base/background_thread.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace vividface {
namespace {

TEST(BackgroundThread, IsTheCallingThreadAlone) {
  const int before = sched_getscheduler(0);
  bool became = false;
  int policy = -1;
  std::thread([&] {
    became = become_background_thread();
    policy = sched_getscheduler(0);
  }).join();
  bool allowed = false;
  std::thread([&] {
    const sched_param no_priority = {};
    allowed = sched_setscheduler(0, SCHED_BATCH, &no_priority) == 0;
  }).join();
  EXPECT_EQ(became, allowed);
  EXPECT_EQ(policy, became ? SCHED_BATCH : before);
  EXPECT_EQ(allows_background_threads(), became);
  EXPECT_EQ(sched_getscheduler(0), before);
}

}  // namespace
}  // namespace vividface
