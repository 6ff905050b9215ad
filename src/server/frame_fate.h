#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vividface {

/// What became of one frame.
enum class FrameFate {
  shadowed,    ///< the robot follows it
  taken,       ///< looked at, but the robot does not follow: there is no neutral face yet, or it is stopped
  no_face,     ///< no face in it
  superseded,  ///< a newer frame, or the end, came before it was looked at
  refused,     ///< not taken, or not decodable
};

inline constexpr std::array<FrameFate, 5> kFrameFates = {FrameFate::shadowed, FrameFate::taken, FrameFate::no_face,
                                                         FrameFate::superseded, FrameFate::refused};

/// "shadowed", "taken", "no face", "superseded", "refused".
std::string_view name(FrameFate fate);

/// Called once with what became of a frame and why (may be empty), from any thread. Must not wait.
using FrameReport = std::function<void(FrameFate fate, std::string reason)>;

/// Travels with a frame and tells its report once; when it goes without being told, the frame was superseded.
class FrameTicket {
 public:
  FrameTicket() = default;
  explicit FrameTicket(FrameReport report) : report_(std::move(report)) {}
  FrameTicket(FrameTicket&& other) noexcept : report_(std::exchange(other.report_, nullptr)) {}
  FrameTicket& operator=(FrameTicket&& other) noexcept {
    if (this == &other) return *this;
    tell(FrameFate::superseded);
    report_ = std::exchange(other.report_, nullptr);
    return *this;
  }
  ~FrameTicket() { tell(FrameFate::superseded); }

  void tell(FrameFate fate, std::string reason = {}) noexcept;

 private:
  FrameReport report_;
};

}  // namespace vividface
