#include "evaluate/sides.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/workers.h"
#include "dataset/performer_painter.h"
#include "evaluate/picture_shadow.h"
#include "evaluate/single_pictures.h"

namespace vividface {
namespace {

constexpr std::uint64_t kSceneStream = 0x7369646573, kPictureStream = 0x616374;

/// What was made of the pictures of one person in one scene; nothing where there was no face.
struct SeenScene {
  bool is_frontal = false;
  std::optional<ControlVector> reference, still;
  std::vector<std::optional<ControlVector>> acts = std::vector<std::optional<ControlVector>>(one_sided_acts().size());
};

/// Draws a person's acts and has them shadowed, scene by scene; one thread an object.
class Rehearsal {
 public:
  Rehearsal(const SidesOptions& options, const PerformerCast& cast, const HeadTopology& person)
      : options_(options), cast_(cast), painter_(person), shadow_(options.mesh, pictures_) {}

  SeenScene play(std::size_t identity, std::size_t scene) {
    const std::uint64_t number = static_cast<std::uint64_t>(identity) << 32 | scene;
    Random random(options_.seed ^ kSceneStream, number);
    painter_.take_on(cast_.performer(identity), options_.size, random);
    SeenScene seen;
    const RenderView& view = painter_.scene().view;
    seen.is_frontal = std::hypot(view.yaw, view.pitch) <= kFrontalDegrees;
    Random moment(options_.seed ^ kPictureStream, number);
    const ControlVector neutral = ControlTable::ameca().neutral();
    seen.reference = take_reference(draw(neutral, painter_.scene(), moment));
    if (!seen.reference) return seen;
    seen.still = controls(draw(neutral, moments_later(painter_.scene(), moment), moment));
    for (std::size_t act = 0; act < seen.acts.size(); ++act) {
      const PerformerScene later = moments_later(painter_.scene(), moment);
      seen.acts[act] = controls(draw(one_sided_acts()[act].controls(), later, moment));
    }
    return seen;
  }

 private:
  const cv::Mat& draw(const ControlVector& controls, const PerformerScene& scene, Random& random) {
    return pictures_.compressed(painter_.draw(controls, scene, random), scene.sensor.jpeg_quality);
  }

  /// What the pipeline gives for the reference itself: movement counts from there.
  std::optional<ControlVector> take_reference(const cv::Mat& bgr) {
    const auto face = pictures_.track(bgr);
    if (!face) return std::nullopt;
    shadow_.set_reference(bgr, *face);
    return shadow_.controls(bgr, *face);
  }

  std::optional<ControlVector> controls(const cv::Mat& bgr) {
    const auto face = pictures_.track(bgr);
    return face ? shadow_.controls(bgr, *face) : std::nullopt;
  }

  const SidesOptions& options_;
  const PerformerCast& cast_;
  PerformerPainter painter_;
  SinglePictures pictures_;
  PictureShadow shadow_;
};

void add(const SeenScene& scene, SidesEvaluation& evaluation) {
  evaluation.frontal_scenes += scene.is_frontal ? 1 : 0;
  evaluation.pictures += scene.acts.size() + 1;
  if (!scene.reference) {
    evaluation.without_face += scene.acts.size() + 1;
    evaluation.without_reference_face += scene.acts.size() + 1;
    return;
  }
  std::vector<OneSidedScore*> scores = {&evaluation.all};
  if (scene.is_frontal) scores.push_back(&evaluation.frontal);
  evaluation.without_face += scene.still ? 0 : 1;
  for (OneSidedScore* score : scores)
    if (scene.still) score->add_still(*scene.reference, *scene.still);
  for (std::size_t act = 0; act < scene.acts.size(); ++act) {
    const auto& shown = scene.acts[act];
    evaluation.without_face += shown ? 0 : 1;
    for (OneSidedScore* score : scores)
      if (shown) score->add(act, *scene.reference, *shown);
  }
}

}  // namespace

SidesEvaluation evaluate_sides(const SidesOptions& options) {
  const PerformerCast cast;
  const auto& people = cast.of(Split::test);
  if (options.identities > people.size())
    throw InputError("--identities " + std::to_string(options.identities) + ": the split test has " +
                     std::to_string(people.size()) + " people; give at most so many, or 0 for all");
  if (options.scenes == 0) throw InputError("--scenes 0: expected one scene or more of each person");
  mesh_engine(options.mesh);  // wrong models are known before the work
  SidesEvaluation evaluation;
  evaluation.people = options.identities == 0 ? people.size() : options.identities;
  evaluation.scenes = evaluation.people * options.scenes;

  const VirtualRobot person({}, HeadParts::person);
  std::vector<SeenScene> seen(evaluation.scenes);
  const int workers = static_cast<int>(std::min(seen.size(), static_cast<std::size_t>(std::max(options.threads, 1))));
  run_workers("evaluate sides", seen.size(), 0, workers, [&] {
    const auto rehearsal = std::make_shared<Rehearsal>(options, cast, person.topology());
    return [&, rehearsal](std::size_t k) { seen[k] = rehearsal->play(people[k / options.scenes], k % options.scenes); };
  });
  for (const SeenScene& scene : seen) add(scene, evaluation);
  return evaluation;
}

}  // namespace vividface
