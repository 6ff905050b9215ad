#include <benchmark/benchmark.h>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/resources.h"
#include "face/face_tracker.h"
#include "transfer/mesh/mesh_transfer.h"

namespace vividface {
namespace {

// The robot drives itself: its picture in a 480×480 frame, tracked once.
void animate(benchmark::State& state, const MeshTransferOptions& options) {
  cv::setNumThreads(1);
  MeshTransfer transfer(RobotFace::load(resource("assets/robot_neutral.png")), options);
  cv::Mat frame;
  cv::resize(cv::imread(resource("assets/robot_neutral.png").string()), frame, {320, 320});
  cv::copyMakeBorder(frame, frame, 80, 80, 80, 80, cv::BORDER_REPLICATE);
  FaceTracker tracker;
  const std::optional<FaceObservation> face = tracker.track(frame);
  if (!face) return state.SkipWithError("no face");
  transfer.set_reference(frame, *face);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(transfer.animate(frame, *face));
}

BENCHMARK_CAPTURE(animate, with_wrinkles, {.wrinkles = true})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(animate, without_wrinkles, {.wrinkles = false})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(animate, without_wrinkles_or_person, {.wrinkles = false, .person = false})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vividface
