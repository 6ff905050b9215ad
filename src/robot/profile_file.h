#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "robot/profile.h"

namespace vividface {

// A profile as text: TOML for files, JSON for the dashboard, with the same keys (docs/profiles.md):
//   name, about, mirror; regions.<name>: gain, curve, mirror, mute; controls."<Name>": these and offset, min, max.
// What a region says holds for each of its controls that says nothing else itself. All that is not said is as in a
// profile that changes nothing.

inline constexpr std::size_t kLargestProfile = 64 << 10;  ///< bytes of either text

/// Throws InputError of one line for what cannot be read, has an unknown key, or is out of range.
Profile load_profile(const std::filesystem::path& toml);
/// The same for text; `name` stands for the file in errors.
Profile profile_of_toml(std::string_view toml, const std::string& name);
Profile profile_of_json(std::string_view json, const std::string& name);

/// What profile_of_toml reads back as the same settings: each control that is shaped, in the table's order, and
/// comments.
std::string to_toml(const ProfileSettings& settings);
/// {"name":…,"about":…,"mirror":false,"controls":{"Jaw Pitch":{"gain":1.5},…}}: what differs from doing nothing.
std::string to_json(const ProfileSettings& settings);

}  // namespace vividface
