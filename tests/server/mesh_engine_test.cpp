#include "shadow/mesh_engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "face/detector.h"
#include "server/service.h"

namespace vividface {
namespace {

TEST(Serve, ARealFaceThroughTheMeshEngine) {
  const std::filesystem::path faces = std::filesystem::path(VIVIDFACE_TEST_DATA) / "face";
  Service service(mesh_engine({}));
  Subscriber robot(service.link.endpoint());
  const auto jpeg = [&](const char* name) { return encode_jpeg(cv::imread((faces / name).string())); };
  service.stream_until("shadowing", jpeg("neutral.jpg"));
  service.stream_until("shadowing", jpeg("mouth_open.jpg"));
  Client phone(service.port());
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(phone.stream(jpeg(i % 2 == 0 ? "mouth_open.jpg" : "eyes_shut.jpg")).body, "OK");
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  }
  service.live.finish();
  EXPECT_GT(service.live.counts().shadowing, 5u);
  EXPECT_EQ(service.live.counts().bad_frame, 0u);
  for (int i = 0; i < 40; ++i) controls_of(robot.next().value());
}

TEST(Serve, ARealFaceIsCalibrated) {
  const std::filesystem::path faces = std::filesystem::path(VIVIDFACE_TEST_DATA) / "face";
  Service service(mesh_engine({}));
  LiveCalibration& calibration = service.live.calibration();
  Client phone(service.port());
  const auto stream_until = [&](const char* name, CalibrationProgress wanted, const std::string& advice) {
    const auto jpeg = encode_jpeg(cv::imread((faces / name).string()));
    const auto is_so = [&] {
      const LiveCalibration::State state = calibration.state();
      return state.progress == wanted && state.advice == advice;
    };
    for (int i = 0; i < 1000 && !is_so(); ++i) {
      EXPECT_EQ(phone.stream(jpeg).body, "OK");
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    EXPECT_TRUE(is_so()) << name << ": " << calibration.state().advice;
  };
  using enum CalibrationProgress;
  service.stream_until("shadowing", encode_jpeg(cv::imread((faces / "mouth_open.jpg").string())));
  calibration.begin(CalibrationStep::neutral);
  stream_until("eyes_shut.jpg", going_on, "keep your eyes open");
  stream_until("neutral.jpg", done, "");
  calibration.begin(CalibrationStep::shut);
  stream_until("neutral.jpg", going_on, "shut both eyes");
  stream_until("eyes_shut.jpg", done, "");
  calibration.begin(CalibrationStep::wide);
  stream_until("neutral.jpg", going_on, "open your eyes wide");
  service.live.finish();
  const SharedReference reference = calibration.in_force().reference;
  ASSERT_TRUE(reference && reference->lids.shut);
  for (const float opening : *reference->lids.shut) EXPECT_TRUE(opening > -0.1f && opening < 0.1f) << opening;
}

TEST(Serve, OfTwoFacesTheOneThatIsPointedAt) {
  const std::filesystem::path faces = std::filesystem::path(VIVIDFACE_TEST_DATA) / "face";
  cv::Mat both, other;
  const cv::Mat mine = cv::imread((faces / "neutral.jpg").string());
  cv::resize(cv::imread((faces / "mouth_open.jpg").string()), other, mine.size() * 3 / 4);
  cv::copyMakeBorder(other, other, 0, mine.rows - other.rows, 0, 0, cv::BORDER_REPLICATE);
  cv::hconcat(mine, other, both);
  const std::vector<std::uint8_t> jpeg = encode_jpeg(both);

  auto detector = std::make_shared<FaceDetector>(0.5f);
  Service service(mesh_engine({}), {}, {.find_faces = [detector](const cv::Mat& bgr) {
                    std::vector<cv::Rect2f> boxes;
                    for (const Detection& face : detector->detect(bgr)) boxes.push_back(face.box);
                    return boxes;
                  }});
  service.stream_until("shadowing", jpeg);
  Client person(service.port());
  // The middle of the followed face, from left to right of the picture; of two that are seen.
  const auto followed = [&] {
    const auto message = nlohmann::json::parse(person.get("/faces").body);
    EXPECT_EQ(message["faces"].size(), 2u);
    for (const auto& face : message["faces"]) {
      if (face["followed"]) return face["x"].get<double>() + face["width"].get<double>() / 2;
    }
    return -1.0;
  };
  const auto stream_until = [&](bool right) {
    for (int i = 0; i < 500 && (followed() > 0.5) != right; ++i) {
      person.stream(jpeg);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return (followed() > 0.5) == right;
  };
  EXPECT_TRUE(stream_until(false)) << "the largest";
  EXPECT_EQ(person.post("/person?x=0.75&y=0.4").status, 200u);
  EXPECT_TRUE(stream_until(true));
  for (int i = 0; i < 20; ++i) {
    person.stream(jpeg);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_GT(followed(), 0.5) << i;
  }
  service.stream_until("shadowing", jpeg);
  EXPECT_EQ(person.request(Client::Verb::delete_, "/person", {}, {}).status, 200u);
  EXPECT_TRUE(stream_until(false));
}

}  // namespace
}  // namespace vividface
