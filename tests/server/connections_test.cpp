// Who is closed when there are many connections: nobody who is in the middle of a request, and no emergency stop.
#include "server/connections.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "server/service.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Bytes = std::vector<std::uint8_t>;

TEST(Connections, ClosesTheSilentConnectionsOfAClientThatOpensMany) {
  Service service(grey_engine(), {.max_client_connections = 3});
  Client first(service.port()), second(service.port()), third(service.port());
  for (Client* client : {&third, &second, &first}) EXPECT_EQ(client->get("/healthz").status, 200u);
  Client fourth(service.port());
  EXPECT_EQ(fourth.get("/healthz").status, 200u);
  EXPECT_TRUE(third.is_closed());
  for (Client* client : {&first, &second, &fourth}) EXPECT_EQ(client->get("/healthz").status, 200u);
}

TEST(Connections, StrangersCloseNobodyWhoWasLetThrough) {
  Service service(grey_engine(), {.max_client_connections = 3});
  Client person(service.port());
  EXPECT_EQ(person.get("/state").status, 200u);
  std::vector<std::unique_ptr<Client>> strangers;
  for (int i = 0; i < 100; ++i) strangers.push_back(std::make_unique<Client>(service.port()));
  EXPECT_TRUE(strangers.front()->is_closed());
  EXPECT_EQ(person.post("/stop").status, 200u);
  EXPECT_EQ(strangers.back()->post("/stop").status, 200u) << "on a new connection";
}

/// Two connections in the middle of a request, which are all that a client may have.
class Busy : public testing::Test {
 protected:
  Busy() {
    for (Client* client : {&one_, &two_}) {
      client->send_raw(
          "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nExpect: 100-continue\r\n"
          "Content-Length: " +
          std::to_string(jpeg_.size()) + "\r\n\r\n");
      EXPECT_EQ(client->answer().status, 100u);  // it was let through
    }
  }
  ~Busy() override {
    for (Client* client : {&one_, &two_}) {
      client->send_raw({jpeg_.begin(), jpeg_.end()});
      EXPECT_EQ(client->answer(), (Answer{200, "OK"}));
    }
  }

  const Bytes jpeg_ = grey_jpeg(100);
  Service service_{grey_engine(), {.max_client_connections = 2}};
  Client one_{service_.port()}, two_{service_.port()};
};

TEST_F(Busy, NoneIsClosedForAnother) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Client(service_.port()).get("/state").status, 503u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Client(service_.port()).stream(jpeg_).status, 503u);
}

TEST_F(Busy, AStopGetsThroughAllTheSame) {
  EXPECT_EQ(Client(service_.port()).post("/stop").status, 200u);
  Client slow(service_.port());
  slow.send_raw("POST /stop HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx");
  EXPECT_EQ(slow.answer(), (Answer{200, "stopped"})) << "without waiting for the body";
  EXPECT_EQ(service_.live.state(), "stopped");
}

TEST(Connections, ARequestThatHasBegunIsInItsMiddle) {
  Service service(grey_engine(), {.max_client_connections = 1});
  Client one(service.port());
  EXPECT_EQ(one.get("/state").status, 200u);
  one.send_raw("GET /healthz HT");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Client(service.port()).get("/state").status, 503u);
  one.send_raw("TP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(one.answer(), (Answer{200, "ok"}));
}

/// What is logged while it exists.
class Log {
 public:
  Log() : before_(spdlog::default_logger()) { spdlog::set_default_logger(std::make_shared<spdlog::logger>("", sink_)); }
  ~Log() { spdlog::set_default_logger(before_); }
  std::size_t lines() const { return sink_->last_formatted().size(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> sink_ = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
};

TEST(Connections, GoesOnWhenFilesCanBeOpenedAgain) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan opens files itself, to see whether memory can be read";
#endif
  const Log log;
  const Service service;
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  std::vector<std::unique_ptr<Client>> clients;
  const auto connect = [&] { clients.push_back(std::make_unique<Client>(service.port())); };
  connect();
  EXPECT_EQ(clients[0]->get("/healthz").status, 200u);
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket waiting(context, boost::asio::ip::tcp::v4());
  const int next = dup(0);  // the lowest that is free
  close(next);
  const auto begun = std::chrono::steady_clock::now();
  const rlimit none = {.rlim_cur = static_cast<rlim_t>(next), .rlim_max = files.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  waiting.connect({boost::asio::ip::make_address("127.0.0.1"), service.port()});
  for (int i = 0; i < 1000 && log.lines() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(400));  // it is tried again some times
  EXPECT_EQ(clients[0]->get("/healthz").status, 200u);
  setrlimit(RLIMIT_NOFILE, &files);
  connect();
  EXPECT_EQ(clients[1]->get("/healthz").status, 200u);
  EXPECT_GE(log.lines(), 1u);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
  EXPECT_LE(static_cast<double>(log.lines()), 1 + passed.count()) << "once a second at most";
}

}  // namespace
}  // namespace vividface
