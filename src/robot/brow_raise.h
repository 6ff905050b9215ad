#pragma once

#include "robot/head_model.h"

namespace vividface {

/// Makes the units browInnerUp, browOuterUpLeft and browOuterUpRight lift the whole brow. As the head data has them,
/// the skin below the brow goes up the most and the brow's upper edge hardly, so that a raised brow thins to a line, in
/// which neither people nor a face tracker see a brow any more. Brows keep their thickness: it is the forehead above
/// that folds.
void raise_whole_brows(HeadModel& model);

}  // namespace vividface
