#pragma once

#include <map>
#include <ostream>

#include "transfer/liveportrait/streaming.h"

namespace vividface::liveportrait {

struct BenchOptions {
  Placement place;  ///< of F, W and G
  int frames = 200;
};

/// Times each network and the whole frame on random pictures and prints ms (mean, P99), GFLOP, the share of the
/// device's peak that a large matrix product reached in the same run, and memory. On CUDA it also prints how far
/// keypoints, picture and controls are from float32's on the CPU. `mapping` makes M2 for a device and precision.
void bench_networks(const std::map<char, Weights>& checkpoints,
                    const std::function<Streaming::Mapping(torch::Device, torch::Dtype)>& mapping,
                    const BenchOptions& options, std::ostream& out);

}  // namespace vividface::liveportrait
