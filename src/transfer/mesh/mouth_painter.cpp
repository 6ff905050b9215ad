#include "transfer/mesh/mouth_painter.h"

#include <algorithm>
#include <cmath>

#include "transfer/mesh/polygon_mask.h"

namespace vividface {
namespace {

// 0 before `edge`, 1 after it, over a soft step of `width`.
float step(float value, float edge, float width) { return std::clamp((value - edge) / width + 0.5f, 0.0f, 1.0f); }

}  // namespace

void MouthPainter::paint(cv::Mat& picture, std::span<const cv::Point2f> lips, cv::Point2f jaw) {
  const cv::Rect part = polygon_mask(lips, picture.size(), mask_);
  const float soft = 1.5f / pixels_;  // edges of one and a half pixels
  for (int y = 0; y < part.height; ++y) {
    const std::uint8_t* cover = mask_.ptr<std::uint8_t>(y);
    cv::Vec3b* pixel = picture.ptr<cv::Vec3b>(y + part.y) + part.x;
    for (int x = 0; x < part.width; ++x, ++pixel) {
      if (cover[x] == 0) continue;
      // Centimetres from the seam, for what stands with the head and for what goes with the jaw.
      const float up_x = (static_cast<float>(x + part.x) - seam_.x) / pixels_;
      const float up_y = (static_cast<float>(y + part.y) - seam_.y) / pixels_;
      const float low_x = up_x - jaw.x / pixels_, low_y = up_y - jaw.y / pixels_;

      cv::Vec3f colour = look_.cavity;
      const float tongue = (low_x * low_x) / (1.7f * 1.7f) + (low_y - 0.6f) * (low_y - 0.6f) / (1.9f * 1.9f);
      colour += step(1 - tongue, 0.1f, 0.5f) * (look_.tongue - colour);

      auto row = [&](float along, float depth) {  // depth: from the row's edge towards its gum
        const float arch = along / look_.half_arch;
        const float shade = std::clamp(1.15f - 0.9f * arch * arch, 0.0f, 1.0f);
        const float seen =
            step(depth, 0, soft) * step(look_.tooth_height - depth, 0, 0.3f) * step(1 - std::abs(arch), 0, 0.1f);
        colour += seen * (shade * look_.teeth - colour);
      };
      const float low_bend = look_.arch_rise * (low_x / look_.half_arch) * (low_x / look_.half_arch);
      const float up_bend = look_.arch_rise * (up_x / look_.half_arch) * (up_x / look_.half_arch);
      row(low_x, low_y - look_.lower_edge + low_bend);
      row(up_x, look_.upper_edge - up_bend - up_y);

      const float alpha = static_cast<float>(cover[x]) / 255.0f;
      for (int c = 0; c < 3; ++c) {
        (*pixel)[c] =
            cv::saturate_cast<std::uint8_t>(static_cast<float>((*pixel)[c]) * (1 - alpha) + alpha * colour[c]);
      }
    }
  }
}

}  // namespace vividface
