#include "dataset/performer_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "render/performer_renderer.h"

namespace vividface {
namespace {

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180; }

/// From the glow of a lamp (0) over daylight to a blue sky (1).
Rgb light_colour(float temperature) { return {1.25f - 0.35f * temperature, 1, 0.72f + 0.45f * temperature}; }

PerformerLight draw_light(const Rgb& skin, Random& random) {
  PerformerLight light;
  const float azimuth = radians(random.bell(32)), height = radians(random.uniform(-8, 60));
  light.key_direction = {std::sin(azimuth) * std::cos(height), std::sin(height), std::cos(azimuth) * std::cos(height)};
  light.softness = random.uniform();
  // Cameras expose for the face, though not all the way.
  const float tone = 0.5f * skin[0] + 0.4f * skin[1] + 0.1f * skin[2];
  const float exposure = std::pow(0.30f / tone, 0.55f) * std::exp(random.bell(0.22f));
  const float hardness = random.uniform(0.2f, 0.95f);  // the key's share of all light
  const Rgb key = light_colour(random.uniform()), sky = light_colour(random.uniform()),
            ground = light_colour(random.uniform());
  const float below = random.uniform(0.3f, 0.9f);
  for (std::size_t i = 0; i < 3; ++i) {
    light.key[i] = 1.7f * exposure * hardness * key[i];
    light.sky[i] = 1.05f * exposure * (1 - hardness) * sky[i] + 0.05f;
    light.ground[i] = 1.05f * exposure * (1 - hardness) * below * ground[i] + 0.04f;
  }
  return light;
}

RenderView draw_view(int size, Random& random) {
  RenderView view;
  view.width = view.height = size;
  view.distance = random.uniform(5, 14);
  const float shown = random.uniform(2.3f, 3.6f);  // of the world at the head, decimetres
  view.field_of_view = 2 * std::atan(shown / 2 / view.distance) * 180 / std::numbers::pi_v<float>;
  view.target = {random.bell(0.12f), -0.35f + random.bell(0.12f), -0.2f};
  view.yaw = std::clamp(random.bell(13), -30.f, 30.f);
  view.pitch = std::clamp(random.bell(7), -18.f, 18.f);
  view.roll = random.bell(4);
  return view;
}

std::vector<std::uint8_t> draw_backdrop(Random& random) {
  constexpr int kSide = PerformerRenderer::kBackdropSize;
  const auto colour = [&] {
    const float grey = random.uniform(10, 235), saturation = random.chance(0.25f) ? 32 : 9;
    const auto channel = [&] { return std::clamp(grey + random.bell(saturation), 0.f, 255.f); };
    const float r = channel(), g = channel(), b = channel();
    return cv::Scalar(r, g, b);
  };
  cv::Mat picture(kSide, kSide, CV_32FC3);
  const cv::Scalar above = colour(), below = random.chance(0.5f) ? above : colour();
  for (int y = 0; y < kSide; ++y) picture.row(y) = above + (below - above) * (static_cast<double>(y) / kSide);
  const auto at = [&] { return static_cast<int>(random.below(kSide)); };
  for (std::size_t i = random.below(9); i > 0; --i) {  // furniture, windows, people
    const int x = at(), y = at(), across = at() / 2 + 2, down = at() / 2 + 2;
    const cv::Rect place = cv::Rect(x - across / 2, y - down / 2, across, down) & cv::Rect(0, 0, kSide, kSide);
    picture(place).setTo(colour());
  }
  for (std::size_t i = random.below(6); i > 0; --i) {
    const int x = at(), y = at(), radius = at() / 5 + 1;
    cv::circle(picture, {x, y}, radius, colour(), cv::FILLED);
  }
  const double blur = random.uniform(0.4f, 5);  // out of focus
  cv::GaussianBlur(picture, picture, {}, blur, blur, cv::BORDER_REPLICATE);
  cv::Mat bytes;
  picture.convertTo(bytes, CV_8UC3);
  return {bytes.data, bytes.data + bytes.total() * 3};
}

Sensor draw_sensor(Random& random) {
  Sensor sensor;
  sensor.blur = random.uniform(0, 0.9f);
  const float most_shot = random.uniform(0, 5), shot_share = random.uniform();
  sensor.shot_noise = most_shot * shot_share;
  const float most_read = random.uniform(0, 3), read_share = random.uniform();
  sensor.read_noise = most_read * read_share;
  for (float& gain : sensor.balance) gain = 1 + random.bell(0.035f);
  sensor.contrast = 1 + random.bell(0.06f);
  sensor.jpeg_quality = 60 + static_cast<int>(random.below(36));
  return sensor;
}

}  // namespace

void Sensor::expose(cv::Mat& bgr, Random& random) const {
  if (blur > 0.15f) cv::GaussianBlur(bgr, bgr, {}, blur, blur, cv::BORDER_REPLICATE);
  const std::array<float, 3> gain = {balance[2] * contrast, balance[1] * contrast, balance[0] * contrast};
  const float shift = 128 * (1 - contrast);
  const float shot = shot_noise * shot_noise / 255, read = read_noise * read_noise;
  for (int y = 0; y < bgr.rows; ++y) {
    auto* row = bgr.ptr<std::uint8_t>(y);
    for (int x = 0; x < 3 * bgr.cols; ++x) {
      const float value = gain[static_cast<std::size_t>(x % 3)] * row[x] + shift;
      // Four bytes' sum is near enough to a bell, and their spread is 148.
      std::uint64_t bits = random.bits();
      int sum = -510;
      for (int i = 0; i < 4; ++i, bits >>= 16) sum += static_cast<int>(bits & 255);
      const float noise = static_cast<float>(sum) / 148 * std::sqrt(read + shot * std::max(value, 0.f));
      row[x] = static_cast<std::uint8_t>(std::clamp(value + noise + 0.5f, 0.f, 255.f));
    }
  }
}

PerformerScene draw_scene(const Rgb& skin, int size, Random& random) {
  PerformerScene scene;
  scene.view = draw_view(size, random);
  scene.light = draw_light(skin, random);
  scene.sensor = draw_sensor(random);
  scene.backdrop = draw_backdrop(random);
  return scene;
}

PerformerScene moments_later(const PerformerScene& scene, Random& random) {
  PerformerScene later = scene;
  for (float& coordinate : later.view.target) coordinate += random.bell(0.06f);
  const float flicker = 1 + random.bell(0.03f);
  for (Rgb* colour : {&later.light.key, &later.light.sky, &later.light.ground})
    for (float& channel : *colour) channel *= flicker;
  for (float& coordinate : later.light.key_direction) coordinate += random.bell(0.03f);
  return later;
}

}  // namespace vividface
