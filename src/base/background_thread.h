#pragma once

namespace vividface {

/// From now on the calling thread does not interrupt another one when it wakes (Linux' SCHED_BATCH): it waits for a
/// core that is free, or its turn. For work that is handed over on the way of a frame and must not hold it up. False,
/// and nothing changes, where the system does not allow it.
bool become_background_thread() noexcept;

/// Whether the system would allow it; the calling thread stays what it is.
bool allows_background_threads() noexcept;

}  // namespace vividface
