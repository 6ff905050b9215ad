#include "server/rate_limit.h"

#include <gtest/gtest.h>

#include <string>

namespace vividface {
namespace {

using Clock = RateLimit::Clock;
using std::chrono::milliseconds;

const Clock::time_point kStart = Clock::time_point() + std::chrono::hours(1);

boost::asio::ip::address ip(const std::string& text) { return boost::asio::ip::make_address(text); }

int taken(RateLimit& rate, const std::string& client, Clock::time_point now, int times) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += rate.take(ip(client), now) ? 1 : 0;
  return count;
}

TEST(RateLimit, GivesASecondsWorthAtOnceAndThenItsRate) {
  RateLimit rate(50);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart, 100), 50);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart + milliseconds(100), 100), 5);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart + milliseconds(10'000), 100), 50);
}

TEST(RateLimit, OneClientDoesNotUseUpAnothersShare) {
  RateLimit rate(10);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart, 100), 10);
  EXPECT_EQ(taken(rate, "192.0.2.2", kStart, 100), 10);
  EXPECT_EQ(taken(rate, "2001:db8::1", kStart, 100), 10);
}

TEST(RateLimit, AClientIsWhatOneMachineCanFill) {
  EXPECT_EQ(client_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
  EXPECT_EQ(client_of(ip("::1")), ip("::1")) << "this machine";
  EXPECT_EQ(client_of(ip("2001:db8::1:2:3:4")), client_of(ip("2001:db8::9")));
  EXPECT_NE(client_of(ip("2001:db8:0:1::1")), client_of(ip("2001:db8:0:2::1")));
}

TEST(RateLimit, AClockThatStandsStillOrGoesBackGivesNothing) {
  RateLimit rate(10);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart, 100), 10);
  EXPECT_EQ(taken(rate, "192.0.2.1", kStart - milliseconds(5000), 100), 0);
}

TEST(RateLimit, ManyClientsDoNotFillTheMemory) {
  RateLimit rate(2);
  for (int i = 0; i < 100'000; ++i) {
    const boost::asio::ip::address_v4 client(static_cast<unsigned>(i));
    EXPECT_TRUE(rate.take(client, kStart));
  }
  EXPECT_LE(rate.clients(), 4096u);
}

}  // namespace
}  // namespace vividface
