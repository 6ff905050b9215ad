#pragma once

#include "server/preview.h"
#include "shadow/shadow.h"

namespace vividface {

/// The same parts, which also show `preview` what they see. It must outlive them.
ShadowParts watched(ShadowParts parts, Preview& preview);

}  // namespace vividface
