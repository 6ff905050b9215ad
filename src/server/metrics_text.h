#pragma once

#include <string>
#include <string_view>

namespace vividface {

/// Writes the text that Prometheus reads (exposition format 0.0.4). Names, labels and values come from the program
/// alone: nothing is escaped.
class MetricsText {
 public:
  /// The samples that follow belong to it. `type`: counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// `suffix`: what follows the family's name, as _bucket of a histogram. `label`: such as state="shadowing", or empty.
  void sample(double value, std::string_view label = {}, std::string_view suffix = {});

  const std::string& text() const { return text_; }

 private:
  std::string name_, text_;
};

}  // namespace vividface
