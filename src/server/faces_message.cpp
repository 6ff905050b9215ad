#include "server/faces_message.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace vividface {
namespace {

constexpr float kSameFace = 0.2f;  // overlap over which a detector's box and a mesh are of one face

float overlap(const cv::Rect2f& a, const cv::Rect2f& b) {
  const float both = (a & b).area();
  return both > 0 ? both / (a.area() + b.area() - both) : 0;
}

// Short, as JSON says it.
double rounded(double part) {
  constexpr double kTenThousand = 1e4;
  return std::round(part * kTenThousand) / kTenThousand;
}

double to_a_tenth(double degrees) {
  constexpr double kTen = 10;
  return std::round(degrees * kTen) / kTen;
}

}  // namespace

std::string faces_message(cv::Size picture, std::vector<cv::Rect2f> faces, const std::optional<cv::Rect2f>& followed,
                          const std::optional<HeadAngles>& turned) {
  auto it = faces.end();
  if (followed) {
    it = std::ranges::max_element(faces, {}, [&](const cv::Rect2f& face) { return overlap(face, *followed); });
    if (it == faces.end() || overlap(*it, *followed) < kSameFace) it = faces.insert(faces.end(), *followed);
  }
  nlohmann::ordered_json message = {{"v", 1}, {"faces", nlohmann::ordered_json::array()}};
  const cv::Rect2f all({0, 0}, cv::Size2f(picture));
  for (auto face = faces.begin(); face != faces.end(); ++face) {
    const cv::Rect2f box = *face & all;
    if (box.empty()) continue;
    message["faces"].push_back({{"x", rounded(box.x / all.width)},
                                {"y", rounded(box.y / all.height)},
                                {"width", rounded(box.width / all.width)},
                                {"height", rounded(box.height / all.height)},
                                {"followed", face == it}});
    if (face == it && turned) {
      message["faces"].back()["yaw"] = to_a_tenth(turned->yaw);
      message["faces"].back()["pitch"] = to_a_tenth(turned->pitch);
    }
  }
  return message.dump();
}

}  // namespace vividface
