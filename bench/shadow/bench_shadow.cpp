// A whole frame of the mesh engine, from a phone's 480×360 JPEG to the controls. 'vividface bench latency' measures the
// same with frames that come 30 times a second and with the trained network; here the network is small and untrained.

#include <benchmark/benchmark.h>

#include <opencv2/core/utility.hpp>

#include "app/clips.h"
#include "app/random_network.h"
#include "camera/jpeg.h"
#include "robot/no_robot.h"
#include "shadow/mesh_engine.h"
#include "shadow/shadow.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

void BM_DecodeJpeg(benchmark::State& state) {
  const auto jpeg = encode_jpeg(frame_with_face_at(120));
  JpegDecoder decoder;
  cv::Mat bgr;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(decoder.decode(jpeg, bgr));
}
BENCHMARK(BM_DecodeJpeg)->Unit(benchmark::kMillisecond);

void BM_WholeFrame(benchmark::State& state) {
  cv::setNumThreads(1);
  const TemporaryFolder models;
  write_random_network(models / "mapping_mesh.safetensors");
  NoRobot robot;
  Shadow shadow(mesh_engine({.models = models.path(), .robot_image = {}, .wrinkles = state.range(0) != 0}),
                ControlTable::ameca(), robot);
  std::vector<std::vector<std::uint8_t>> jpegs;
  for (int i = 0; i < 20; ++i) jpegs.push_back(encode_jpeg(frame_with_face_at(100 + 2 * i)));
  JpegDecoder decoder;
  Frame frame;
  for ([[maybe_unused]] auto _ : state) {
    frame.arrival = Clock::now();
    const std::size_t at = frame.index++ % 38;  // there and back again
    if (!decoder.decode(jpegs[at < 20 ? at : 38 - at], frame.bgr)) state.SkipWithError("not decoded");
    if (shadow.step(frame).status != ShadowStatus::shadowing) state.SkipWithError("not shadowed");
  }
}
BENCHMARK(BM_WholeFrame)->ArgName("wrinkles")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vividface
