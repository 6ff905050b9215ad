#pragma once

#include <cstdint>
#include <span>

namespace vividface {

/// Pixels a side of what a mapping network sees of a person, and so of each half of AnimatedFrame::person.
inline constexpr int kPersonSide = 128;
/// Levels of the difference channel a level of the others.
inline constexpr float kPersonDifferenceGain = 1.5f;

/// AnimatedFrame::person as a picture for a mapping network: its channels are the face at rest, the face as it is now,
/// and now less rest. Either half about its own mean and in its own deviation, so that what light there is does not
/// count. `grey`: 2·kPersonSide rows of kPersonSide pixels; `picture`: kPersonSide² pixels of 3 bytes.
void person_picture(std::span<const std::uint8_t> grey, std::span<std::uint8_t> picture);

}  // namespace vividface
