// The calibration by request, with an engine that knows nothing of faces: what is asked for, what is in force, who is
// kept. mesh_engine_test.cpp calibrates a real face.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "face/mesh_parts.h"
#include "motion/face_mesh.h"
#include "server/calibration_routes.h"
#include "server/service.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Json = nlohmann::json;
using Verb = Client::Verb;

// The grey engine, but every face is a whole one that looks into the camera.
ShadowParts engine_with_faces() {
  ShadowParts parts = grey_engine();
  parts.track = [track = parts.track](const cv::Mat& bgr) {
    std::optional<FaceObservation> face = track(bgr);
    if (!face) return face;
    const FaceMesh& mesh = FaceMesh::mediapipe();
    const auto place = [&](int i) {
      return 10 * cv::Point3f(mesh.canonical(i, 0), mesh.canonical(i, 1), mesh.canonical(i, 2)) +
             cv::Point3f(100, 100, 0);
    };
    for (int i = 0; i < kMeshPointCount; ++i) face->mesh[i] = place(i);
    for (std::size_t side = 0; side < 2; ++side) {
      for (int k = 0; k < kEyeContourCount; ++k) {
        const cv::Point3f point = place(kEyePoints[side][k]);
        face->eyes[side].contour[k] = {point.x, point.y};
      }
    }
    return face;
  };
  return parts;
}

class CalibrationTest : public testing::Test {
 protected:
  CalibrationTest() { start(); }

  // As 'serve' begins, each time with the same folder.
  void start() {
    service_.reset();
    people_.emplace(folder_ / "people");
    service_.emplace(engine_with_faces());
    HttpActions actions = live_actions(service_->live, {});
    actions.routes.push_back(calibration_route(service_->live.calibration()));
    actions.waiting = {people_routes(service_->live.calibration(), *people_)};
    service_->server.emplace(HttpServerOptions{.port = 0}, session_actions({{"", service_->live, std::move(actions)}}));
  }

  Client client() const { return Client(service_->port()); }
  Json calibration() const { return Json::parse(client().get("/calibration").body); }
  Json people() const { return Json::parse(client().get("/people").body); }
  Answer ask(Verb verb, const std::string& target) const { return client().request(verb, target, {}, {}); }

  // Streams a face until `is_so`.
  void stream_until(const std::function<bool()>& is_so) const {
    Client phone = client();
    for (int i = 0; i < 1000 && !is_so(); ++i) {
      EXPECT_EQ(phone.stream(grey_jpeg(100)).status, 200u);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(is_so());
  }

  const TemporaryFolder folder_;
  std::optional<People> people_;
  std::optional<Service> service_;
};

TEST_F(CalibrationTest, NothingIsInForceAtFirst) {
  EXPECT_EQ(calibration(), Json::parse(R"({"v":1,"step":null,"progress":"none","share":0.0,"advice":"",
                                           "in_force":{"neutral":false,"shut":false,"wide":false}})"));
  EXPECT_EQ(people(), Json::parse(R"({"v":1,"folder":true,"in_force":"","people":[]})"));
  EXPECT_EQ(ask(Verb::put, "/people/anna"), (Answer{409, "there is no neutral face yet"}));
}

TEST_F(CalibrationTest, TakesTheNeutralFaceAnewAndTheRobotFollowsOn) {
  service_->stream_until("shadowing", grey_jpeg(100));
  const SharedReference first = service_->live.calibration().in_force().reference;
  ASSERT_TRUE(first);
  EXPECT_EQ(ask(Verb::post, "/calibration?step=neutral").status, 200u);
  EXPECT_EQ(calibration()["progress"], "going on");
  stream_until([&] { return calibration()["progress"] == "done"; });
  stream_until([&] { return service_->live.calibration().in_force().reference != first; });
  service_->stream_until("shadowing", grey_jpeg(100));
}

TEST_F(CalibrationTest, WhatFailsSaysWhyAndLeavesWhatIsInForce) {
  EXPECT_EQ(ask(Verb::post, "/calibration?step=shut").status, 200u);
  // The first frame brings the neutral face, too, but after it was asked for.
  stream_until([&] { return calibration()["progress"] != "going on" || calibration()["advice"] != ""; });
  ask(Verb::post, "/calibration?step=shut");
  stream_until([&] { return calibration()["advice"] == "shut both eyes"; });
  EXPECT_EQ(Json::parse(ask(Verb::delete_, "/calibration").body)["progress"], "none");
  EXPECT_EQ(calibration()["in_force"], Json::parse(R"({"neutral":true,"shut":false,"wide":false})"));
}

TEST_F(CalibrationTest, AnotherPersonEndsIt) {
  service_->stream_until("shadowing", grey_jpeg(100));
  ask(Verb::post, "/calibration?step=shut");
  stream_until([&] { return calibration()["advice"] == "shut both eyes"; });
  client().post("/person?x=0.5&y=0.5");
  stream_until([&] { return calibration()["progress"] == "failed"; });
  EXPECT_EQ(calibration()["advice"], "another person was chosen");
}

TEST_F(CalibrationTest, IsKeptByNameOverARestart) {
  service_->stream_until("shadowing", grey_jpeg(100));
  Json kept = Json::parse(ask(Verb::put, "/people/anna").body);
  EXPECT_EQ(kept, Json::parse(R"({"v":1,"folder":true,"in_force":"anna","people":["anna"]})"));
  const SharedReference before = service_->live.calibration().in_force().reference;

  start();
  EXPECT_EQ(people()["in_force"], "");
  EXPECT_EQ(ask(Verb::post, "/people/anna").status, 200u);
  stream_until([&] { return people()["in_force"] == "anna"; });
  EXPECT_EQ(service_->live.calibration().in_force().reference->face.mesh, before->face.mesh);
  client().post("/person");
  stream_until([&] { return people()["in_force"] == ""; });
  EXPECT_EQ(Json::parse(ask(Verb::delete_, "/people/anna").body)["people"], Json::array());
}

TEST_F(CalibrationTest, RefusesWhatIsNone) {
  for (const char* query :
       {"", "?step", "?step=", "?step=open", "?step=neutral&x=1", "?x=1&step=neutral", "?step=%6eeutral"})
    EXPECT_EQ(ask(Verb::post, std::string("/calibration") + query).status, 400u) << query;
  EXPECT_EQ(calibration()["progress"], "none");
  EXPECT_EQ(ask(Verb::put, "/calibration").status, 405u);
  EXPECT_EQ(ask(Verb::post, "/people").status, 405u);
  EXPECT_EQ(ask(Verb::get, "/people/anna").status, 405u);
  service_->stream_until("shadowing", grey_jpeg(100));
  for (const char* name : {"", "..", "../x", "a/b", "a%2fb", "a.person", "a b", "anna/"}) {
    for (const Verb verb : {Verb::put, Verb::post, Verb::delete_}) {
      const unsigned status = ask(verb, std::string("/people/") + name).status;
      EXPECT_TRUE(status == 409 || status == 400) << name << " " << status;
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "people"));
  EXPECT_EQ(ask(Verb::post, "/people/nobody"), (Answer{409, "there is nobody of the name \"nobody\""}));
}

TEST_F(CalibrationTest, APageWhoseNameWasMadeToPointHereSeesNoNames) {
  Client page = client();
  page.send_raw("GET /people HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(page.answer().status, 403u);
}

}  // namespace
}  // namespace vividface
