#pragma once

#include <functional>
#include <string>

namespace vividface {

/// Does the jobs 0 … count − 1 on `threads` threads, with a progress line. `make_worker` is called once a thread and
/// gives what does one job; the next free thread takes the next job. `done` jobs of an earlier run count as progress.
/// Throws the first exception of a job, and std::runtime_error when the user stopped it.
void run_workers(const std::string& label, std::size_t count, std::size_t done, int threads,
                 const std::function<std::function<void(std::size_t)>()>& make_worker);

}  // namespace vividface
