#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace vividface {

/// A line for the log that a program can read: `refused client=192.0.2.7 reason="only by https"`. Values with anything
/// but letters, digits and -._:/ are quoted; what could break the line or steer a terminal becomes '?'.
std::string log_event(std::string_view name,
                      std::initializer_list<std::pair<std::string_view, std::string_view>> values);

}  // namespace vividface
