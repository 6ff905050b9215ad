#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>

namespace vividface {

/// What every command shares: libraries that keep quiet (what goes wrong is said by this program, in one line), a log
/// on stderr, and the program's option --log-level.
void set_up_process(CLI::App& program);

/// Limits every library's thread pool in this process (OpenCV, OpenBLAS, OpenMP). On the frame path a picture is too
/// small to be shared out: threads that wait for each other cost more than they give, and steal the cores of the other
/// stages.
void limit_threads(int threads);

std::size_t resident_bytes();       ///< memory of the process that is in RAM now; 0 when the system does not say
std::size_t peak_resident_bytes();  ///< the most it ever was

}  // namespace vividface
