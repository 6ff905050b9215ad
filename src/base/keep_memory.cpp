#include "base/keep_memory.h"

#include <malloc.h>

#include <limits>

namespace vividface {

void keep_memory([[maybe_unused]] bool keep) {
#ifdef __GLIBC__
  constexpr int kMappings = 65536, kMapped = 32 << 20, kTrimmed = 64 << 20;  // where libc's own limits end up
  mallopt(M_MMAP_MAX, keep ? 0 : kMappings);
  mallopt(M_MMAP_THRESHOLD, kMapped);
  mallopt(M_TRIM_THRESHOLD, keep ? std::numeric_limits<int>::max() : kTrimmed);
#endif
}

}  // namespace vividface
