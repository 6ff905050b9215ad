#pragma once

#include <map>
#include <ostream>

#include "transfer/liveportrait/streaming.h"

namespace vividface::liveportrait {

/// Times whole frames in float32 on the CPU, on all cores, beside frames of the same networks without the reductions
/// (plain W and G), turn by turn, so that both meet the same load. Prints milliseconds and processor seconds, which
/// other programs' load distorts less, their ratios, and how far I_m differs.
void bench_against_plain(const std::map<char, Weights>& checkpoints, const Streaming::Mapping& mapping, int frames,
                         std::ostream& out);

}  // namespace vividface::liveportrait
