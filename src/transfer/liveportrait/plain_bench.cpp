#include "transfer/liveportrait/plain_bench.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <iomanip>
#include <vector>

#include "base/keep_memory.h"
#include "transfer/liveportrait/plain_networks.h"

namespace vividface::liveportrait {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// How long some work takes, time after time.
struct Durations {
  std::vector<double> wall, processor;  ///< s

  void time(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t processor_start = std::clock();
    work();
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    processor.push_back(static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC);
  }
};

}  // namespace

void bench_against_plain(const std::map<char, Weights>& checkpoints, const Streaming::Mapping& mapping, int frames,
                         std::ostream& out) {
  const torch::InferenceMode inference;
  torch::manual_seed(1);
  compute_on_all_cores();
  const auto networks = std::make_shared<const Networks>(checkpoints, Placement());
  const PlainWarping plain_warping(checkpoints.at('W'));
  const PlainGenerator plain_generator(checkpoints.at('G'));

  const auto source = torch::rand({1, 3, 256, 256});
  const auto first = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  const auto second = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  Streaming stream(networks, source, mapping);
  stream.set_reference(first);
  const auto unit = [](const Tensor& bytes) { return bytes.to(torch::kFloat32) / 255; };
  const auto reference = terms(networks->motion(unit(first)));
  const auto& of_source = stream.source_motion();
  const auto& volume = stream.source().volume;

  Tensor expected;
  const auto plain_frame = [&] {
    const auto moved = relative_motion(terms(of_source), terms(networks->motion(unit(second))), reference);
    const auto source_keypoints = keypoints(of_source);
    const auto driven = networks->stitching(source_keypoints, compose(of_source.canonical, moved));
    expected = plain_generator(plain_warping(volume, source_keypoints, driven).features);
    if (mapping) mapping(expected);
  };
  Tensor picture;
  const auto frame = [&] { picture = stream.step(second).picture; };
  frame();
  plain_frame();
  Durations reduced, plain;
  for (int i = 0; i < frames; ++i) {
    keep_memory();
    frame();  // fills what is kept
    reduced.time(frame);
    keep_memory(false);
    plain.time(plain_frame);
  }
  const auto row = [&](const char* what, const std::vector<double>& ours, const std::vector<double>& theirs) {
    out << what << median(ours) << " s, without the reductions " << median(theirs) << " s, "
        << median(theirs) / median(ours) << " times as long\n";
  };
  out << std::fixed << std::setprecision(2) << "a frame on " << torch::get_num_threads() << " threads, median of "
      << frames << '\n';
  row("  on the clock:   ", reduced.wall, plain.wall);
  row("  processor time: ", reduced.processor, plain.processor);
  out << "I_m differs by at most " << std::scientific << std::setprecision(1)
      << (picture - expected).abs().max().item<double>() << '\n';
}

}  // namespace vividface::liveportrait
