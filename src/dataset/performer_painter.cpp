#include "dataset/performer_painter.h"

namespace vividface {

void PerformerPainter::take_on(const Performer& performer, int size, Random& random) {
  const PerformerLook look = draw_look(performer, random);
  scene_ = draw_scene(look.skin, size, random);
  head_.emplace(performer.shape, HeadParts::person);
  renderer_.dress(look, scene_.backdrop);
}

const cv::Mat& PerformerPainter::draw(const ControlVector& controls, const PerformerScene& scene, Random& random) {
  head_.value().pose(controls, pose_);
  picture_.create(scene.view.height, scene.view.width, CV_8UC3);
  renderer_.draw(pose_, scene.view, scene.light, {picture_.data, picture_.total() * 3});
  scene.sensor.expose(picture_, random);
  return picture_;
}

}  // namespace vividface
