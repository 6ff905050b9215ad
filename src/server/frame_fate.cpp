#include "server/frame_fate.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace vividface {

std::string_view name(FrameFate fate) {
  switch (fate) {
    case FrameFate::shadowed:
      return "shadowed";
    case FrameFate::taken:
      return "taken";
    case FrameFate::no_face:
      return "no face";
    case FrameFate::superseded:
      return "superseded";
    case FrameFate::refused:
      return "refused";
  }
  return "";
}

void FrameTicket::tell(FrameFate fate, std::string reason) noexcept {
  if (!report_) return;
  const FrameReport report = std::exchange(report_, nullptr);
  try {
    report(fate, std::move(reason));
  } catch (const std::exception& error) {  // such as no memory: the frame goes on
    spdlog::warn("a client is not told of its frame: {}", error.what());
  }
}

}  // namespace vividface
