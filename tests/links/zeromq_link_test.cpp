#include "links/zeromq_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <thread>

#include "base/error.h"
#include "links/subscriber.h"

namespace vividface {
namespace {

using testing::HasSubstr;

const ZeromqOptions kAnyPort{.endpoint = "tcp://127.0.0.1:*"};

// A subscriber misses what was sent before it was known: sends until something arrives.
Subscriber::Message first_message(ZeromqLink& link, Subscriber& subscriber, const ControlVector& controls) {
  for (int i = 0; i < 1000; ++i) {
    link.send(controls, 0);
    if (auto message = subscriber.next(10)) return *message;
  }
  ADD_FAILURE() << "no message arrived";
  return {};
}

TEST(ZeromqLink, SendsThirtyDecimalTextsAsPublished) {
  ZeromqLink link(kAnyPort);
  Subscriber subscriber(link.endpoint());
  ControlVector controls = ControlTable::ameca().neutral();
  controls[0] = 0.1f + 0.2f;
  controls[8] = -129.99998f;
  controls[9] = 1e-9f;
  controls[29] = 0;
  const Subscriber::Message message = first_message(link, subscriber, controls);
  ASSERT_EQ(message.size(), kControlCount);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    EXPECT_THAT(message[i], testing::MatchesRegex("-?[0-9]+(\\.[0-9]+)?"));
    EXPECT_EQ(std::stof(message[i]), controls[i]);  // to the bit
  }
  EXPECT_EQ(message[13], "1");
  EXPECT_EQ(message[1], "0.68");
}

TEST(ZeromqLink, PutsTheSendTimeFirstWhenAsked) {
  ZeromqLink link({.endpoint = "tcp://127.0.0.1:*", .timestamp = true});
  Subscriber subscriber(link.endpoint());
  const auto epoch = [] {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  const double before = epoch();
  const Subscriber::Message message = first_message(link, subscriber, ControlTable::ameca().neutral());
  ASSERT_EQ(message.size(), kControlCount + 1);
  EXPECT_GE(std::stod(message[0]), before - 1e-3);
  EXPECT_LE(std::stod(message[0]), epoch() + 1e-3);
  EXPECT_EQ(message[1], "0.6");
}

TEST(ZeromqLink, LosesNothingForASubscriberThatKeepsUp) {
  ZeromqLink link(kAnyPort);
  Subscriber subscriber(link.endpoint());
  ControlVector controls = ControlTable::ameca().neutral();
  first_message(link, subscriber, controls);
  while (subscriber.next(50)) {
  }
  for (int i = 0; i < 100; ++i) {
    controls[0] = static_cast<float>(i) / 100;
    link.send(controls, 0);
    const auto message = subscriber.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(std::stof(message->front()), controls[0]);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // ZeroMQ counts what was read once a millisecond
  }
}

TEST(ZeromqLink, IsNotHeldUpByASubscriberThatDoesNotRead) {
  ZeromqLink link(kAnyPort);
  Subscriber stuck(link.endpoint(), /*waiting=*/1), reading(link.endpoint());
  first_message(link, stuck, ControlTable::ameca().neutral());
  for (int i = 0; i < 50'000; ++i) link.send(ControlTable::ameca().neutral(), 0);  // it would hang here
  const auto message = reading.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->size(), kControlCount);
}

TEST(ZeromqLink, WhatWasSentLastStillArrivesAfterItsEnd) {
  auto link = std::make_unique<ZeromqLink>(kAnyPort);
  Subscriber subscriber(link->endpoint());
  ControlVector controls = ControlTable::ameca().neutral();
  first_message(*link, subscriber, controls);
  controls[0] = 0.25f;
  link->send(controls, 0);
  link.reset();
  std::string last;
  while (const auto message = subscriber.next(200)) last = message->front();
  EXPECT_EQ(last, "0.25");
}

TEST(ZeromqLink, RefusesAnEndpointThatIsTakenOrNone) {
  const ZeromqLink link(kAnyPort);
  for (const std::string& endpoint : {link.endpoint(), std::string("tcp://127.0.0.1:99999"), std::string("nonsense"),
                                      std::string("tcp://no.such.interface:6666"), std::string()}) {
    try {
      const ZeromqLink other({.endpoint = endpoint});
      FAIL() << "bound " << endpoint;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("\"" + endpoint + "\""));
    }
  }
}

}  // namespace
}  // namespace vividface
