#include "server/metrics_text.h"

#include <fmt/format.h>

#include <iterator>

namespace vividface {

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void MetricsText::sample(double value, std::string_view label, std::string_view suffix) {
  const std::string_view open = label.empty() ? "" : "{", close = label.empty() ? "" : "}";
  fmt::format_to(std::back_inserter(text_), "{}{}{}{}{} {}\n", name_, suffix, open, label, close, value);
}

}  // namespace vividface
