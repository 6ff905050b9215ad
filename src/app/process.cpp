#include "app/process.h"

#include <dlfcn.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <string>

namespace vividface {

void set_up_process(CLI::App& program) {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });  // it still throws
  constexpr int kKeepTheUsers = 0;
  setenv("EGL_LOG_LEVEL", "fatal", kKeepTheUsers);
  // Mesa's software rasterizer takes every core unless told otherwise; a robot's picture needs no more than two.
  setenv("LP_NUM_THREADS", "2", kKeepTheUsers);

  spdlog::set_default_logger(spdlog::stderr_color_mt("vividface"));
  spdlog::set_pattern("vividface: %^%l%$: %v");
  spdlog::set_level(spdlog::level::warn);
  program
      .add_option_function<std::string>(
          "--log-level", [](const std::string& level) { spdlog::set_level(spdlog::level::from_str(level)); },
          "What else to say on stderr besides errors [warn]")
      ->check(CLI::IsMember({"debug", "info", "warn", "off"}))
      ->trigger_on_parse();
}

void limit_threads(int threads) {
  cv::setNumThreads(threads);
  // Both come with libtorch, if it is linked at all: asked for by name, so that the core needs neither.
  for (const char* setter : {"openblas_set_num_threads", "omp_set_num_threads"}) {
    if (auto* set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, setter))) set(threads);
  }
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages_in_all = 0, resident_pages = 0;
  statm >> pages_in_all >> resident_pages;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t peak_resident_bytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

}  // namespace vividface
