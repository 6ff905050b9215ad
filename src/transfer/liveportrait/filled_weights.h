#pragma once

#include "transfer/liveportrait/weights.h"

namespace vividface::liveportrait {

/// Weights by formula, at the published shapes: a value is a hash of the tensor's key and index, so that two programs
/// agree on 500 MB of weights without a file: for tests and benchmarks of machines without the published weights.
/// `letter`: F, M, W, G, S or X (the mapping network); shapes from config/liveportrait_shapes.json.
Weights filled_weights(char letter);

}  // namespace vividface::liveportrait
