// Pictures for those who watch.
#include "server/preview.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "camera/jpeg.h"
#include "server/service.h"
#include "server/watched_parts.h"
#include "server/web_socket_client.h"

namespace vividface {
namespace {

using std::chrono::milliseconds;

const cv::Mat kWide(600, 800, CV_8UC3, cv::Scalar(10, 120, 200));

/// Shows until there is something to see.
PictureMessage shown(PreviewChannel& channel) {
  PictureMessage message = channel.newest();
  for (int i = 0; i < 500 && !message.bytes; ++i) {
    channel.show(kWide);
    std::this_thread::sleep_for(milliseconds(10));
    message = channel.newest();
  }
  return message;
}

TEST(Preview, IsASmallerJpegWithAHeader) {
  PreviewChannel channel(1);
  const PictureMessage message = shown(channel);
  ASSERT_TRUE(message.bytes);
  EXPECT_EQ(message.bytes->substr(0, 4), std::string("VP\x01\x01", 4));
  const std::vector<std::uint8_t> jpeg(message.bytes->begin() + 4, message.bytes->end());
  cv::Mat picture;
  ASSERT_TRUE(JpegDecoder().decode(jpeg, picture));
  EXPECT_EQ(picture.size(), cv::Size(480, 360));
  EXPECT_NEAR(picture.at<cv::Vec3b>(100, 100)[2], 200, 6);
}

TEST(Preview, CostsNothingWhileNobodyLooks) {
  PreviewChannel channel(0);
  channel.show(kWide);
  std::this_thread::sleep_for(milliseconds(150));
  EXPECT_EQ(channel.newest().number, 0u);
}

TEST(Preview, EmptyPicturesAndPointsBeyondTheEdgeAreNoHarm) {
  PreviewChannel channel(0);
  channel.newest();
  channel.show(cv::Mat());
  FaceObservation face{};
  face.mesh.fill({1e5f, -1e5f, 0});
  channel.show(kWide, face);
  PictureMessage message;
  for (int i = 0; i < 500 && !message.bytes; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    message = channel.newest();
  }
  EXPECT_EQ(message.number, 1u);
}

TEST(Preview, AWebSocketShowsBothPictures) {
  Preview preview;
  Service service(watched(grey_engine(), preview));
  service.server.reset();
  HttpActions actions = live_actions(service.live, {});
  actions.pictures = {[&] { return preview.person.newest(); }, [&] { return preview.animated.newest(); }};
  HttpServerOptions options;
  options.port = 0;
  service.server.emplace(options, actions);

  WebSocketClient watcher(service.port(), "/ws/preview"), phone(service.port(), "/ws/stream");
  std::atomic<bool> done = false;
  std::thread streaming([&] {
    for (std::uint64_t i = 1; !done; ++i) {
      phone.frame(i, grey_jpeg(100));
      std::this_thread::sleep_for(milliseconds(10));
    }
  });
  std::set<char> kinds;
  for (int i = 0; i < 50 && kinds.size() < 2; ++i) {
    boost::beast::flat_buffer message;
    watcher.stream().read(message);
    EXPECT_TRUE(watcher.stream().got_binary());
    kinds.insert(boost::beast::buffers_to_string(message.data())[3]);
  }
  done = true;
  streaming.join();
  EXPECT_EQ(kinds, (std::set<char>{0, 1}));
}

}  // namespace
}  // namespace vividface
