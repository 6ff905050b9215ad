#include <benchmark/benchmark.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "face/face_tracker.h"
#include "face/models.h"

namespace vividface {
namespace {

/// A face in a phone's 480×360 frame.
cv::Mat frame() {
  const cv::Mat face = cv::imread(VIVIDFACE_TEST_DATA "/face/neutral.jpg");
  cv::Mat out;
  cv::copyMakeBorder(face, out, 20, 20, 80, 80, cv::BORDER_REPLICATE);
  return out;
}

void model(benchmark::State& state, const NetworkSpec& spec) {
  Network network(spec);
  network.input().setTo(cv::Scalar(120, 140, 180));
  for ([[maybe_unused]] auto _ : state) network.run();
}

void BM_Detector(benchmark::State& state) { model(state, detector_model()); }
BENCHMARK(BM_Detector);
void BM_Mesh(benchmark::State& state) { model(state, mesh_model()); }
BENCHMARK(BM_Mesh);
void BM_PlainMesh(benchmark::State& state) { model(state, plain_mesh_model()); }
BENCHMARK(BM_PlainMesh);

void BM_Follow(benchmark::State& state) {
  FaceTracker tracker;
  const cv::Mat bgr = frame();
  if (!tracker.track(bgr)) state.SkipWithError("no face in the frame");
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(tracker.track(bgr));
}
BENCHMARK(BM_Follow);

void BM_FindAndFollow(benchmark::State& state) {
  FaceTracker tracker;
  const cv::Mat bgr = frame();
  for ([[maybe_unused]] auto _ : state) {
    tracker.reset();
    benchmark::DoNotOptimize(tracker.track(bgr));
  }
}
BENCHMARK(BM_FindAndFollow);

}  // namespace
}  // namespace vividface
