// Whatever comes over the network, the service goes on and answers the next one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <random>
#include <vector>

#include "base/error.h"
#include "server/ip_address.h"
#include "server/service.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Bytes = std::vector<std::uint8_t>;

const std::map<std::string, std::string> kOctets = {{"Content-Type", "application/octet-stream"}};

class HostileRequests : public testing::Test {
 protected:
  static HttpServerOptions small() {
    return {.max_body = 1 << 16,
            .max_connections = 8,
            .max_requests_per_s = 1e6,
            .timeout = std::chrono::milliseconds(1000)};
  }
  ~HostileRequests() override {  // after everything the service works as before
    service_.stream_until("shadowing", grey_jpeg(100));
    EXPECT_EQ(Client(service_.port()).get("/healthz"), (Answer{200, "ok"}));
  }
  Client client() const { return Client(service_.port()); }

  Service service_{grey_engine(), small()};
};

TEST_F(HostileRequests, WhatIsNotThereIsRefused) {
  Client one = client();
  EXPECT_EQ(one.get("/").status, 404u);
  EXPECT_EQ(one.get("/stream").status, 405u);
  EXPECT_EQ(one.get("/stop").status, 405u);
  EXPECT_EQ(one.post("/state").status, 405u);
  EXPECT_EQ(one.get("/../../etc/passwd").status, 404u);
  EXPECT_EQ(one.get("/state?x=1").status, 200u);
  EXPECT_EQ(one.request(Client::Verb::options, "/stream", {}, {}).status, 405u);
  EXPECT_EQ(one.request(Client::Verb::post, "/stream", {}, grey_jpeg(90)).status, 415u);
  EXPECT_EQ(one.request(Client::Verb::post, "/stream", {{"Content-Type", "text/plain"}}, grey_jpeg(90)).status, 415u);
  EXPECT_EQ(one.request(Client::Verb::post, "/stream", {{"content-type", "IMAGE/JPEG; q=1"}}, grey_jpeg(90)).status,
            200u);
}

TEST_F(HostileRequests, BodiesThatAreNoJpeg) {
  Client one = client();
  EXPECT_EQ(one.stream({}).status, 400u);
  EXPECT_EQ(one.stream(Bytes{0xff}).status, 400u);
  EXPECT_EQ(one.stream(Bytes(5000, 'x')).status, 400u);
  Bytes cut = grey_jpeg(100);
  cut.resize(cut.size() / 2);
  EXPECT_EQ(one.stream(cut).status, 400u);  // in its header
  cut = grey_jpeg(100);
  cut.resize(cut.size() - 4);
  EXPECT_EQ(one.stream(cut).status, 200u);  // looks like one: it is a bad frame
  Bytes claims_64k_by_64k = grey_jpeg(100);
  for (std::size_t i = 0; i + 9 < claims_64k_by_64k.size(); ++i) {
    if (claims_64k_by_64k[i] != 0xff || claims_64k_by_64k[i + 1] != 0xc0) continue;
    for (std::size_t side = i + 5; side < i + 9; ++side) claims_64k_by_64k[side] = 0xff;
  }
  EXPECT_EQ(one.stream(claims_64k_by_64k).status, 400u);  // libjpeg takes none that large
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    Bytes jpeg = grey_jpeg(100);
    for (int change = 0; change < 5; ++change)
      jpeg[3 + random() % (jpeg.size() - 3)] = static_cast<std::uint8_t>(random());
    EXPECT_THAT(one.stream(jpeg).status, testing::AnyOf(200u, 400u, 413u));
  }
}

TEST_F(HostileRequests, AHugeBodyIsRefusedBeforeItIsRead) {
  Client one = client();
  EXPECT_EQ(one.stream(Bytes(1 << 20, 0xff)), (Answer{413, "the body is too large"}));
  Client liar = client();
  liar.send_raw("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n");
  EXPECT_EQ(liar.answer().status, 413u);
  Client chunked = client();
  chunked.send_raw("POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) chunked.send_raw("2000\r\n" + std::string(0x2000, 'x') + "\r\n");
  EXPECT_EQ(chunked.answer().status, 413u);
}

TEST_F(HostileRequests, GarbageIsRefused) {
  for (const std::string& garbage : {std::string("\0\1\2\3 garbage\r\n\r\n", 16), std::string("GET\r\n\r\n"),
                                     std::string("\r\n\r\n\r\n x"), std::string("POST /stream HTTP/9.9\r\n\r\n"),
                                     std::string("POST /stream HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
                                     std::string("GET /state HTTP/1.1\r\nno colon\r\n\r\n"),
                                     std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03")}) {
    Client one = client();
    one.send_raw(garbage + "\r\n\r\n");
    EXPECT_EQ(one.answer().status, 400u) << garbage;
    EXPECT_TRUE(one.is_closed());
  }
  Client endless = client();
  endless.send_raw("GET /state HTTP/1.1\r\nX: " + std::string(1 << 17, 'x'));
  EXPECT_EQ(endless.answer().status, 431u);
}

TEST_F(HostileRequests, ASlowClientIsCutOff) {
  Client silent = client(), slow = client();
  slow.send_raw("POST /stream HTTP/1.1\r\nContent-Length: 100\r\nContent-Type: image/jpeg\r\n\r\n\xff");
  EXPECT_TRUE(slow.is_closed());
  EXPECT_TRUE(silent.is_closed());
}

TEST_F(HostileRequests, IdleConnectionsDoNotLockAnybodyOut) {
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(std::make_unique<Client>(service_.port()));
    EXPECT_EQ(client().post("/stop").status, 200u);
  }
  EXPECT_EQ(client().post("/release").status, 200u);
}

TEST_F(HostileRequests, AClientThatVanishesInTheMiddle) {
  for (int i = 0; i < 30; ++i) client().send_raw("POST /stream HTTP/1.1\r\nContent-Length: 60000\r\n\r\n\xff\xd8\xff");
}

TEST_F(HostileRequests, ManyRequestsAtOnceAreAnsweredInTurn) {
  Client one = client();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  one.send_raw(requests);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(one.answer(), (Answer{200, "ok"}));
}

// However long the flood takes on this machine: no more gets through than the rate allows in that time.
TEST(HttpServer, AFloodOfRequestsIsRefusedButAStopGetsThrough) {
  constexpr double kRate = 1;  // a second, and as many at once
  const auto start = std::chrono::steady_clock::now();
  Service service(grey_engine(), {.max_requests_per_s = kRate});
  std::map<unsigned, int> answers;
  for (int i = 0; i < 100; ++i) ++answers[Client(service.port()).stream(grey_jpeg(100)).status];
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(answers[200], 1);
  EXPECT_LE(answers[200], kRate + kRate * took.count());
  EXPECT_EQ(answers[200] + answers[429], 100);
  Client person(service.port());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(person.post("/stop").status, 200u);
}

TEST(HttpServer, APictureLargerThanIsMeantIsRefusedByItsHeader) {
  Service service;
  std::vector<std::uint8_t> jpeg = encode_jpeg(cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(99)));
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0)
      jpeg[i + 5] = jpeg[i + 7] = 10'000 >> 8, jpeg[i + 6] = jpeg[i + 8] = 10'000 & 0xff;
  }
  EXPECT_EQ(Client(service.port()).stream(jpeg),
            (Answer{413, "the picture is 10000 x 10000; at most 16 megapixels are taken"}));
  service.live.finish();
  EXPECT_EQ(service.live.counts().frames, 0u);
}

TEST(HttpServer, RefusesAnAddressThatIsTakenOrNone) {
  const Service service;
  const auto expect_refused = [](const std::string& address, std::uint16_t port) {
    HttpServerOptions options{.address = address, .port = port};
    EXPECT_THROW(HttpServer(options, {}), InputError) << address;
  };
  expect_refused("127.0.0.1", service.port());
  expect_refused("nowhere", 0);
  expect_refused("192.0.2.1", 0);  // an address that no machine has (RFC 5737)
}

TEST(HttpServer, OnlyThisMachineMayReleaseAStop) {
  bool released = false;
  const HttpActions actions{
      .frame = {}, .state = {}, .controls = {}, .metrics = {}, .stop = {}, .release = [&] { released = true; }};
  const auto status = [&](bool from_this_machine) {
    return answer(HttpRequest(Client::Verb::post, "/release", 11), from_this_machine, actions).result_int();
  };
  EXPECT_EQ(status(false), 403u);
  EXPECT_FALSE(released);
  EXPECT_EQ(status(true), 200u);
  EXPECT_TRUE(released);
}

TEST(HttpServer, KnowsWhatIsThisMachine) {
  for (const char* address : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) EXPECT_TRUE(is_loopback(address));
  for (const char* address : {"0.0.0.0", "::", "192.168.1.1", "::ffff:10.0.0.1", "localhost", ""}) {
    EXPECT_FALSE(is_loopback(address)) << address;
  }
  EXPECT_TRUE(is_ip_address("::"));
  EXPECT_FALSE(is_ip_address("localhost"));
}

}  // namespace
}  // namespace vividface
