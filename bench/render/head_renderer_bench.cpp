#include <benchmark/benchmark.h>

#include <vector>

#include "render/head_renderer.h"

namespace vividface {
namespace {

/// Controls that move from picture to picture, wrinkles and head included.
ControlVector moving(std::size_t step) {
  ControlVector controls = ControlTable::ameca().neutral();
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlRange range = ControlTable::ameca()[i].dataset;
    controls[i] = range.min + (range.max - range.min) * static_cast<float>((step * (i + 3)) % 64) / 63;
  }
  return controls;
}

void pose(benchmark::State& state) {
  const VirtualRobot robot;
  HeadPose head;
  std::size_t step = 0;
  for ([[maybe_unused]] auto _ : state) robot.pose(moving(step++), head);
}
BENCHMARK(pose)->Unit(benchmark::kMillisecond);

void pose_and_draw(benchmark::State& state) {
  const VirtualRobot robot;
  HeadRenderer renderer(robot.topology());
  HeadPose head;
  const RenderView view = RenderView::portrait(static_cast<int>(state.range(0)));
  std::vector<std::uint8_t> bgr(static_cast<std::size_t>(view.width * view.height * 3));
  std::size_t step = 0;
  for ([[maybe_unused]] auto _ : state) {
    robot.pose(moving(step++), head);
    renderer.draw(head, view, {}, bgr);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pose_and_draw)->Arg(160)->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace vividface
