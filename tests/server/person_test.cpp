// Whom the robot is to follow, and who is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "motion/face_mesh.h"
#include "server/face_view.h"
#include "server/faces_message.h"
#include "server/person_request.h"
#include "server/service.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Verb = Client::Verb;

TEST(PersonRequest, HasAPointOrNone) {
  EXPECT_EQ(person_point("", ""), std::nullopt);
  EXPECT_EQ(person_point("x=0.25&y=1", ""), cv::Point2f(0.25f, 1));
  EXPECT_EQ(person_point("x=0&y=2.5e-1", ""), cv::Point2f(0, 0.25f));
  EXPECT_EQ(person_point("", R"({"y": 0.5, "x": 0})"), cv::Point2f(0, 0.5f));
}

TEST(PersonRequest, AnythingElseIsRefused) {
  for (const char* query : {"x", "x=0.5", "y=0.5&x=0.5", "x=0.5&y=", "x=0.5&y=0.5&z=1", "x=0.5&y=1.01", "x=-0.1&y=0.5",
                            "x=nan&y=0.5", "x=inf&y=0", "x= 0.5&y=0.5", "x=0.5y=0.5", "x=0,5&y=0,5", "%78=0.5&y=0.5"}) {
    EXPECT_THROW(person_point(query, ""), InputError) << query;
  }
  for (const char* body :
       {"x", "{}", "[0.5,0.5]", "0.5", R"({"x":0.5})", R"({"x":0.5,"y":2})", R"({"x":"0.5","y":0.5})",
        R"({"x":0.5,"y":null})", R"({"x":0.5,"y":0.5,"z":1})", R"({"x":1e999,"y":0.5})"}) {
    EXPECT_THROW(person_point("", body), InputError) << body;
  }
  EXPECT_THROW(person_point("", std::string(100'000, '[')), InputError);
  EXPECT_THROW(person_point("x=0.5&y=0.5", R"({"x":0.5,"y":0.5})"), InputError);
}

TEST(FacesMessage, SaysWhoIsFollowed) {
  EXPECT_EQ(faces_message({}, {}, std::nullopt), R"({"v":1,"faces":[]})");
  EXPECT_EQ(faces_message({100, 50}, {{10, 10, 20, 20}, {60, 10, 80, 20}}, cv::Rect2f(12, 8, 20, 22)),
            R"({"v":1,"faces":[{"x":0.1,"y":0.2,"width":0.2,"height":0.4,"followed":true},)"
            R"({"x":0.6,"y":0.2,"width":0.4,"height":0.4,"followed":false}]})");
  EXPECT_EQ(
      faces_message({100, 100}, {}, cv::Rect2f(50, 50, 25, 25), HeadAngles{.yaw = -31.26f, .pitch = 4, .roll = 9}),
      R"({"v":1,"faces":[{"x":0.5,"y":0.5,"width":0.25,"height":0.25,"followed":true,"yaw":-31.3,"pitch":4.0}]})");
  // One that the detector does not see, and one beyond the edge.
  EXPECT_EQ(faces_message({100, 100}, {{200, 0, 10, 10}}, cv::Rect2f(50, 50, 25, 25)),
            R"({"v":1,"faces":[{"x":0.5,"y":0.5,"width":0.25,"height":0.25,"followed":true}]})");
}

FaceObservation average_face(const HeadAngles& turn) {
  const cv::Matx33f rotation = head_rotation(turn);
  FaceObservation face{};
  for (int i = 0; i < kMeshPointCount; ++i) {
    const auto point = FaceMesh::mediapipe().canonical.row(i);
    const cv::Matx13f turned = cv::Matx13f(point[0], point[1], point[2]) * rotation;
    face.mesh[i] = {200 + 9 * turned(0), 150 + 9 * turned(1), 9 * turned(2)};
  }
  return face;
}

TEST(FaceView, SaysHowFarAHeadIsTurned) {
  for (const HeadAngles& turn :
       {HeadAngles{}, HeadAngles{.yaw = 35, .pitch = 0, .roll = 0}, HeadAngles{.yaw = -20, .pitch = 25, .roll = 10}}) {
    const auto found = turned_from_camera(average_face(turn));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->yaw, turn.yaw, 0.1);
    EXPECT_NEAR(found->pitch, turn.pitch, 0.1);
    EXPECT_NEAR(found->roll, turn.roll, 0.1);
  }
  EXPECT_FALSE(turned_from_camera(FaceObservation{}));
  FaceObservation broken = average_face({});
  broken.mesh[7].z = NAN;
  EXPECT_FALSE(turned_from_camera(broken));
}

TEST(Person, IsChosenByRequest) {
  ShadowParts parts = grey_engine();
  std::mutex mutex;
  std::vector<std::optional<cv::Point2f>> chosen;
  parts.choose = [&](std::optional<cv::Point2f> point) {
    const std::lock_guard lock(mutex);
    chosen.push_back(point);
  };
  const auto wait_for = [&](const std::optional<cv::Point2f>& point) {
    for (int i = 0; i < 1000; ++i) {
      {
        const std::lock_guard lock(mutex);
        if (!chosen.empty() && chosen.back() == point) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  };
  Service service(std::move(parts));
  service.stream_until("shadowing", grey_jpeg(200));
  Client person(service.port());
  EXPECT_EQ(person.post("/person?x=0.25&y=0.5"), (Answer{200, "chosen"}));
  person.stream(grey_jpeg(200));
  EXPECT_TRUE(wait_for(cv::Point2f(0.25f, 0.5f)));
  const std::string body = R"({"x":0.75,"y":0.5})";
  EXPECT_EQ(person.request(Verb::post, "/person", {}, std::vector<std::uint8_t>(body.begin(), body.end())).status,
            200u);
  person.stream(grey_jpeg(200));
  EXPECT_TRUE(wait_for(cv::Point2f(0.75f, 0.5f)));
  EXPECT_EQ(person.request(Verb::delete_, "/person", {}, {}), (Answer{200, "the largest"}));
  person.stream(grey_jpeg(200));
  EXPECT_TRUE(wait_for(std::nullopt));
  EXPECT_EQ(person.post("/person?x=2&y=0.5").status, 400u);
  EXPECT_EQ(person.get("/person").status, 405u);
  EXPECT_EQ(person.request(Verb::delete_, "/state", {}, {}).status, 405u);
}

TEST(Person, FacesAreThoseOfTheLastFrameWhileItIsNew) {
  Service service;
  Client person(service.port());
  EXPECT_EQ(person.get("/faces"), (Answer{200, R"({"v":1,"faces":[]})"}));
  service.stream_until("shadowing", grey_jpeg(200));
  const auto faces = nlohmann::json::parse(person.get("/faces").body);
  ASSERT_EQ(faces["faces"].size(), 1u);
  EXPECT_TRUE(faces["faces"][0]["followed"]);
  service.wait_until("neutral");
  EXPECT_EQ(person.get("/faces").body, R"({"v":1,"faces":[]})");
}

}  // namespace
}  // namespace vividface
