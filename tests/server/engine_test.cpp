// The engine is changed while the service runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "server/engine_routes.h"
#include "server/service.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Verb = Client::Verb;
using Json = nlohmann::json;
using testing::HasSubstr;

/// The grey engine with what is bright as dark. It counts the neutral faces that it is given, and keeps whom it is to
/// follow.
struct Negative {
  std::atomic<int> references{0};
  std::promise<std::optional<cv::Point2f>> chosen;

  ShadowParts make() {
    class Transfer : public GreyTransfer {
     public:
      explicit Transfer(std::atomic<int>& references) : references_(references) {}
      void set_reference(const cv::Mat& bgr, const FaceObservation& face) override {
        ++references_;
        GreyTransfer::set_reference(bgr, face);
      }

     private:
      std::atomic<int>& references_;
    };
    ShadowParts parts = grey_engine();
    parts.transfer = std::make_unique<Transfer>(references);
    parts.map = [map = parts.map](const AnimatedFrame& animated) {
      ControlVector controls = map(animated);
      controls[0] = 1 - controls[0];
      return controls;
    };
    parts.choose = [this](std::optional<cv::Point2f> point) { chosen.set_value(point); };
    return parts;
  }
};

/// A session with engines to choose from: "mesh", which is at work, "negative", "cannot" be had, and two that fail.
struct Engines {
  LiveEngines of(LiveShadow& live) {
    const auto offer = [](const char* name, std::function<ShadowParts()> make, std::string lacks = "") {
      return EngineOffer{.engine = {name, "for tests"}, .lacks = std::move(lacks), .make = std::move(make)};
    };
    return LiveEngines(
        {offer("mesh", grey_engine),
         offer("negative",
               [this] {
                 loading();
                 return negative.make();
               }),
         offer("cannot", {}, "there are no files"),
         offer("refused", []() -> ShadowParts { throw InputError("\"a.pth\": cut off"); }),
         offer("failing", []() -> ShadowParts { throw std::runtime_error("no memory\nframe #0: somewhere"); })},
        "mesh", [&live](std::string_view, ShadowParts parts) { live.use_engine(std::move(parts)); },
        [this] { return bound; });
  }

  Negative negative;
  std::function<void()> loading = [] {};
  std::string bound;
};

HttpActions with(HttpActions actions, LiveEngines& engines) {
  actions.routes.push_back(engines_route(engines));
  actions.waiting.push_back(engine_route(engines));
  return actions;
}

/// The whole service with that choice.
struct ServiceWithEngines {
  ServiceWithEngines() {
    HttpServerOptions options;
    options.port = 0;
    server.emplace(options, session_actions({{"", live, with(live_actions(live, {}), engines)}}));
  }

  Client client() const { return Client(server->port()); }
  Answer choose(const std::string& body) const {
    const std::vector<std::uint8_t> bytes(body.begin(), body.end());
    return client().request(Verb::post, "/engine", {{"Content-Type", "application/json"}}, bytes);
  }
  Json listed() const { return Json::parse(client().get("/engines").body); }
  std::string running() const {
    const Json all = listed();
    std::string names;
    for (const Json& engine : all["engines"]) {
      if (engine["running"]) names += engine["name"].get<std::string>();
    }
    return names;
  }
  /// Sends frames of that brightness until the robot's first control is near to `wanted`.
  void stream_until(float wanted, int brightness = 230) {
    Client phone = client();
    for (int i = 0; i < 1000 && std::abs(live.controls()[0] - wanted) > 0.02f; ++i) {
      EXPECT_EQ(phone.stream(grey_jpeg(brightness)), (Answer{200, "OK"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_NEAR(live.controls()[0], wanted, 0.02);
  }
  /// What became of one frame.
  FrameFate shadow(int brightness = 230) {
    std::promise<FrameFate> told;
    live.give(grey_jpeg(brightness), Clock::now(), [&](FrameFate fate, const std::string&) { told.set_value(fate); });
    return told.get_future().get();
  }

  // Before there are threads, as in Service.
  std::shared_ptr<spdlog::logger> log = spdlog::default_logger();
  ZeromqLink link{{.endpoint = "tcp://127.0.0.1:*"}};
  Engines choice;
  LiveShadow live{grey_engine(), ControlTable::ameca(), SafetyLimits::ameca(), link};
  LiveEngines engines = choice.of(live);
  std::optional<HttpServer> server;
};

TEST(Engines, AreListedWithWhyOneCannotBeHad) {
  const ServiceWithEngines service;
  const Json listed = service.listed();
  EXPECT_EQ(listed["v"], 1);
  EXPECT_TRUE(listed["loading"].is_null());
  EXPECT_EQ(listed["engines"][0],
            Json({{"name", "mesh"}, {"about", "for tests"}, {"available", true}, {"running", true}}));
  EXPECT_EQ(listed["engines"][2], Json({{"name", "cannot"},
                                        {"about", "for tests"},
                                        {"available", false},
                                        {"reason", "there are no files"},
                                        {"running", false}}));
  EXPECT_EQ(Client(service.server->port()).post("/engines").status, 405u);
}

TEST(Engines, AnotherOneShadowsFromTheNextFrameOn) {
  ServiceWithEngines service;
  service.stream_until(0.9f);
  const SharedReference before = service.live.calibration().in_force().reference;
  ASSERT_TRUE(before);
  const Answer answer = service.choose(R"({"name":"negative"})");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(Json::parse(answer.body), service.listed());
  EXPECT_EQ(service.running(), "negative");
  service.stream_until(0.1f);
  EXPECT_EQ(service.choice.negative.references, 1);
  EXPECT_NE(service.live.calibration().in_force().reference, before);
  EXPECT_EQ(service.choice.negative.chosen.get_future().get(), std::nullopt);  // the largest face, as before

  EXPECT_EQ(service.choose(R"({"name":"negative"})").status, 200u);  // nothing changes
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  EXPECT_EQ(service.choice.negative.references, 1);
  EXPECT_EQ(service.choose(R"({"name":"mesh"})").status, 200u);
  service.stream_until(0.9f);
  service.live.finish();
  EXPECT_GE(service.live.counts().frames, service.live.latency()[Stage::end_to_end].count() + 2);
  EXPECT_EQ(service.live.counts().frames, service.live.counts().shadowing);
}

TEST(Engines, TheRobotIsTakenOverSoftly) {
  ServiceWithEngines service;
  service.stream_until(0.9f);
  service.choose(R"({"name":"negative"})");
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  EXPECT_GT(service.live.controls()[0], 0.5f);  // the rate limit alone would let it go to 0.1 in some frames
  service.stream_until(0.1f);
}

TEST(Engines, WhomTheOperatorChoseIsFollowedOn) {
  ServiceWithEngines service;
  EXPECT_EQ(service.client().post("/person?x=0.9&y=0.9").status, 200u);
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  service.choose(R"({"name":"negative"})");
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  // The grey face fills the pixels from 0 to 3 of 16.
  EXPECT_EQ(service.choice.negative.chosen.get_future().get(), cv::Point2f(1.5f / 16, 1.5f / 16));
}

TEST(Engines, AStopStaysAStop) {
  ServiceWithEngines service;
  service.stream_until(0.9f);
  Client person = service.client();
  EXPECT_EQ(person.post("/stop"), (Answer{200, "stopped"}));
  const ControlVector frozen = service.live.controls();
  EXPECT_EQ(service.choose(R"({"name":"negative"})").status, 200u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(service.shadow(), FrameFate::taken);
  EXPECT_EQ(service.choice.negative.references, 1);  // it is at work
  EXPECT_EQ(service.live.state(), "stopped");
  EXPECT_EQ(service.live.controls(), frozen);
  EXPECT_EQ(person.post("/release"), (Answer{200, "released"}));
  service.stream_until(0.1f);
}

TEST(Engines, OneThatDoesNotLoadLeavesTheOldOneAtWork) {
  ServiceWithEngines service;
  service.stream_until(0.9f);
  EXPECT_EQ(service.choose(R"({"name":"refused"})"), (Answer{409, "\"a.pth\": cut off"}));
  EXPECT_EQ(service.choose(R"({"name":"failing"})"), (Answer{500, "no memory"}));
  EXPECT_EQ(service.choose(R"({"name":"cannot"})"), (Answer{409, "there are no files"}));
  EXPECT_EQ(service.choose(R"({"name":"steam"})"), (Answer{404, "there is no such engine"}));
  EXPECT_EQ(service.running(), "mesh");
  EXPECT_TRUE(service.listed()["loading"].is_null());
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  EXPECT_NEAR(service.live.controls()[0], 0.9, 0.02);
  EXPECT_EQ(service.choose(R"({"name":"negative"})").status, 200u);  // and another may still be had
}

TEST(Engines, WhatNamesNoneIsRefused) {
  const ServiceWithEngines service;
  for (const std::string& body :
       {std::string(), std::string("mesh"), std::string("{}"), std::string("[\"mesh\"]"), std::string(R"({"name":1})"),
        std::string(R"({"name":null})"), std::string(R"({"name":"mesh","more":1})"), std::string(R"({"Name":"mesh"})"),
        std::string(R"({"name":"mesh"}x)"), std::string(R"({"name":"mesh)"), std::string(100'000, '['),
        R"({"name":")" + std::string(2000, 'a') + "\"}"}) {
    EXPECT_EQ(service.choose(body), (Answer{400, "expected an engine's name: {\"name\":\"mesh\"}"}))
        << body.substr(0, 40);
  }
  EXPECT_EQ(service.client().get("/engine").status, 405u);
  EXPECT_EQ(service.client().request(Verb::delete_, "/engine", {}, {}).status, 405u);
  const std::string body = R"({"name":"negative"})";
  const std::vector<std::uint8_t> bytes(body.begin(), body.end());
  EXPECT_EQ(service.client().request(Verb::post, "/engine?name=mesh", {}, bytes).status, 400u);
  EXPECT_EQ(service.client().request(Verb::post, "/engine", {{"Origin", "http://somewhere"}}, bytes).status, 403u);
  EXPECT_EQ(service.choose("{\"name\":\"\xff\"}").status, 400u);
  EXPECT_EQ(service.running(), "mesh");
}

TEST(Engines, WhileOneLoadsTheOldOneGoesOn) {
  ServiceWithEngines service;
  std::promise<void> begun, go_on;
  service.choice.loading = [&] {
    begun.set_value();
    go_on.get_future().wait();
  };
  auto answer = std::async(std::launch::async, [&] { return service.choose(R"({"name":"negative"})"); });
  begun.get_future().wait();
  EXPECT_EQ(service.listed()["loading"], "negative");
  EXPECT_EQ(service.running(), "mesh");
  service.stream_until(0.9f);
  const std::optional<Refusal> second = service.engines.choose("refused");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, boost::beast::http::status::conflict);
  EXPECT_EQ(second->line, "the engine negative is being loaded");
  EXPECT_THROW(service.engines.settled(), InputError);  // no recording begins
  go_on.set_value();
  EXPECT_EQ(answer.get().status, 200u);
  EXPECT_EQ(service.engines.settled(), "negative");
  service.stream_until(0.1f);
}

TEST(Engines, ARecordingKeepsItsEngine) {
  ServiceWithEngines service;
  service.choice.bound = "stop the recording first";
  EXPECT_EQ(service.choose(R"({"name":"negative"})"), (Answer{409, "stop the recording first"}));
  EXPECT_EQ(service.running(), "mesh");
  EXPECT_EQ(service.engines.settled(), "mesh");
  service.choice.bound.clear();
  EXPECT_EQ(service.choose(R"({"name":"negative"})").status, 200u);
}

TEST(Engines, OneThatComesAfterTheEndIsForgotten) {
  ServiceWithEngines service;
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  service.live.finish();
  EXPECT_EQ(service.choose(R"({"name":"negative"})").status, 200u);
  EXPECT_EQ(service.live.state(), "neutral");
  EXPECT_EQ(service.choice.negative.references, 0);
}

TEST(Engines, ACalibrationThatIsCutShortSaysSo) {
  ServiceWithEngines service;
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  service.live.calibration().begin(CalibrationStep::neutral);
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  service.choose(R"({"name":"negative"})");
  EXPECT_EQ(service.shadow(), FrameFate::shadowed);
  EXPECT_EQ(service.live.calibration().state().progress, CalibrationProgress::failed);
  EXPECT_EQ(service.live.calibration().state().advice, "another engine was chosen");
}

TEST(Engines, EachSessionHasItsOwn) {
  const auto log = spdlog::default_logger();
  ZeromqLink anna_link{{.endpoint = "tcp://127.0.0.1:*"}}, ben_link{{.endpoint = "tcp://127.0.0.1:*"}};
  Engines of_anna, of_ben;
  LiveShadow anna(grey_engine(), ControlTable::ameca(), SafetyLimits::ameca(), anna_link);
  LiveShadow ben(grey_engine(), ControlTable::ameca(), SafetyLimits::ameca(), ben_link);
  LiveEngines annas = of_anna.of(anna), bens = of_ben.of(ben);
  HttpServerOptions options;
  options.port = 0;
  const HttpServer server(options, session_actions({{"anna", anna, with(live_actions(anna, {}), annas)},
                                                    {"ben", ben, with(live_actions(ben, {}), bens)}}));
  const std::string body = R"({"name":"negative"})";
  const std::vector<std::uint8_t> bytes(body.begin(), body.end());
  Client person(server.port());
  EXPECT_EQ(person.request(Verb::post, "/s/anna/engine", {}, bytes).status, 200u);
  EXPECT_EQ(annas.running(), "negative");
  EXPECT_EQ(bens.running(), "mesh");
  EXPECT_TRUE(Json::parse(person.get("/s/ben/engines").body)["engines"][0]["running"]);
  EXPECT_EQ(person.request(Verb::post, "/engine", {}, bytes).status, 404u);  // there is none of all
}

}  // namespace
}  // namespace vividface
