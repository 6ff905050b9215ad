#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

#include "robot/controls.h"

namespace vividface {

/// Says in dataset.json what set the folder holds, making the folder where it is missing. Throws InputError for a
/// folder that holds another set, or anything else.
void claim_set_folder(const std::filesystem::path& folder, const nlohmann::json& what);

/// Throws InputError where the folder's images/ has a picture that comes after `last`, by its number: an index of
/// `count` samples, the last of them that one, would hide pictures that are there.
void refuse_to_shrink(const std::filesystem::path& folder, std::size_t count, const std::string& last);

/// A number that changes when what one of these says, config/NAME.json, does: then the same seed is another set.
std::uint64_t config_hash(std::initializer_list<std::string_view> names);

/// Writes a picture as JPEG, whole or not at all.
void write_picture(const std::filesystem::path& path, const cv::Mat& bgr, int quality);

/// Controls as index.csv has them: a quoted JSON list.
std::string controls_field(const ControlVector& controls);

}  // namespace vividface
