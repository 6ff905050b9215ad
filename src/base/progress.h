#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

namespace vividface {

/// A line that says how far a long job is and how long it still takes:
///   shadow  [#########-----------]  45 %  1234/2742  123.4/s  0:12 left
/// On a terminal it is redrawn in place; in a log there is a line every 10 %, or every minute when the end is unknown.
class Progress {
 public:
  /// What a test replaces.
  struct Surroundings {
    std::ostream* out;
    bool terminal;
    std::function<std::chrono::duration<double>()> now;
    static Surroundings standard_error();
  };

  /// `label` is made printable. `total`: steps of the job, nothing when unknown (a camera). `done`: steps that an
  /// earlier run has done.
  Progress(std::string label, std::optional<std::size_t> total, std::size_t done = 0,
           Surroundings surroundings = Surroundings::standard_error());
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the line when finish() did not.
  ~Progress();

  /// Some steps are done. Costs next to nothing when it is not yet time to draw.
  void advance(std::size_t steps = 1);
  /// A remark at the line's end, such as the current loss.
  void note(std::string text) { note_ = std::move(text); }
  /// Draws the last state and ends the line.
  void finish();

 private:
  void draw(double seconds);

  std::string label_, note_;
  std::optional<std::size_t> total_;
  std::size_t done_, first_;
  Surroundings surroundings_;
  double start_, drawn_at_ = 0;
  std::size_t drawn_tenth_;
  std::size_t drawn_width_ = 0;
  bool finished_ = false;
};

}  // namespace vividface
