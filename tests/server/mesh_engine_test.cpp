#include "shadow/mesh_engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>

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

}  // namespace
}  // namespace vividface
