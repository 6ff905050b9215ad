#include "shadow/liveportrait_engine.h"

#include <memory>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "base/keep_memory.h"
#include "base/resources.h"
#include "camera/picture.h"
#include "face/face_tracker.h"
#include "mapping/picture_mapping.h"
#include "transfer/liveportrait/checkpoint_folder.h"
#include "transfer/liveportrait/liveportrait_transfer.h"
#include "transfer/liveportrait/picture_tensor.h"

namespace vividface {

ShadowParts liveportrait_engine(const LivePortraitEngineOptions& options) {
  using namespace liveportrait;
  const Placement place = Placement::named(options.device, options.precision);
  if (options.models.empty())
    throw InputError("--engine liveportrait: give --models DIR with the published networks (docs/liveportrait.md)");
  if (place.device.is_cpu()) {
    compute_on_all_cores();
    keep_memory();
  }
  const auto mapping =
      PictureMapping::load(Checkpoint::read(checkpoint_file(options.models, 'X')), place.device, place.dtype);
  const auto networks = std::make_shared<const Networks>(load_checkpoints(options.models), place);
  const cv::Mat robot =
      read_picture(options.robot_image.empty() ? resource("assets/robot_neutral.png") : options.robot_image);

  auto transfer = std::make_unique<LivePortraitTransfer>(networks, robot, mapping);
  auto tracker = std::make_shared<FaceTracker>();
  ShadowParts parts;
  parts.track = [tracker](const cv::Mat& bgr) { return tracker->track(bgr); };
  parts.choose = [tracker](std::optional<cv::Point2f> point) { tracker->choose(point); };
  // M2 has run behind M1. The published network reads all controls off I_m, the neck's too.
  parts.map = [m1 = transfer.get()](const AnimatedFrame&) { return m1->controls(); };
  parts.pose_head = [](const cv::Matx33f&, ControlVector&) {};
  cv::resize(robot, parts.robot_picture, {2 * kPictureSide, 2 * kPictureSide}, 0, 0, cv::INTER_AREA);
  parts.transfer = std::move(transfer);
  return parts;
}

void check_liveportrait_files(const std::filesystem::path& models) {
  for (const char network : {'F', 'M', 'W', 'G', 'S', 'X'}) liveportrait::checkpoint_file(models, network);
}

}  // namespace vividface
