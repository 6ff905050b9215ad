#include <opencv2/videoio.hpp>

#include "base/error.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr double kWantedRate = 30;
constexpr int kMaxMissedReads = 10;

// OpenCV says by false or by an exception, as it likes, that a camera gives nothing.
bool succeeds(const auto& work) {
  try {
    return work();
  } catch (const cv::Exception&) {
    return false;
  }
}

class Camera : public FrameSource {
 public:
  explicit Camera(int number) : name_("camera:" + std::to_string(number)) {
    const std::string device = "/dev/video" + std::to_string(number);
    if (!std::filesystem::exists(device)) {
      throw InputError("input \"" + name_ + "\": there is no " + device +
                       "; plug the camera in, or give another number");
    }
    if (!succeeds([&] { return camera_.open(number, cv::CAP_V4L2) && camera_.grab(); })) {
      throw InputError("input \"" + name_ + "\": " + device +
                       " gives no picture; check that no other program uses it and that you may read it");
    }
    camera_.set(cv::CAP_PROP_FPS, kWantedRate);
    camera_.set(cv::CAP_PROP_BUFFERSIZE, 1);  // the newest picture, not one that waited
    const double rate = camera_.get(cv::CAP_PROP_FPS);
    rate_ = rate > 0 && rate <= 1000 ? rate : kWantedRate;
  }

  std::optional<Frame> next() override {
    Frame frame;
    if (!grab()) return std::nullopt;
    frame.arrival = Clock::now();
    if (given_ == 0) first_ = frame.arrival;
    if (!succeeds([&] { return camera_.retrieve(frame.bgr); })) frame.bgr.release();
    frame.bgr = frame.bgr.type() == CV_8UC3 ? frame.bgr.clone() : cv::Mat();
    frame.time = std::chrono::duration<double>(frame.arrival - first_).count();
    frame.index = given_++;
    return frame;
  }

  double frames_per_second() const override { return rate_; }
  std::optional<std::size_t> frame_count() const override { return std::nullopt; }
  std::optional<std::string> early_end() const override {
    return "input \"" + name_ + "\" gives no more pictures; is it still plugged in?";
  }

 private:
  bool grab() {
    for (int miss = 0; miss < kMaxMissedReads; ++miss) {
      if (succeeds([&] { return camera_.grab(); })) return true;
    }
    return false;
  }

  std::string name_;
  cv::VideoCapture camera_;
  double rate_ = kWantedRate;
  std::size_t given_ = 0;
  Clock::time_point first_{};
};

}  // namespace

std::unique_ptr<FrameSource> open_camera(int number) { return std::make_unique<Camera>(number); }

}  // namespace vividface
