#include "evaluate/performers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/workers.h"
#include "evaluate/landmarks.h"
#include "evaluate/performer_clips.h"
#include "evaluate/picture_shadow.h"
#include "evaluate/ridge_fit.h"
#include "evaluate/single_pictures.h"

namespace vividface {
namespace {

/// What was made of one picture with a face.
struct SeenPicture {
  ControlVector truth, sent;
  Landmarks::Values landmarks;
};

struct SeenClip {
  std::vector<SeenPicture> pictures;
  bool has_reference = false;
};

/// Looks at clips one after the other; one thread an object.
class ClipReader {
 public:
  /// Without an engine nothing is sent: landmarks only.
  explicit ClipReader(const std::optional<MeshEngineOptions>& engine) {
    if (engine) engine_.emplace(*engine, pictures_);
  }

  SeenClip read(const PerformerClip& clip) {
    SeenClip seen;
    const auto landmarks = take_reference(clip);
    seen.has_reference = landmarks.has_value();
    if (!landmarks) return seen;
    for (const PerformerPicture& picture : clip.pictures) {
      const cv::Mat& bgr = pictures_.read(picture.file);
      const auto face = pictures_.track(bgr);
      const auto values = face ? landmarks->read(*face) : std::nullopt;
      const auto sent = values ? controls(bgr, *face) : std::nullopt;
      if (sent) seen.pictures.push_back({picture.controls, *sent, *values});
    }
    return seen;
  }

 private:
  std::optional<Landmarks> take_reference(const PerformerClip& clip) {
    const cv::Mat& bgr = pictures_.read(clip.neutral);
    const auto face = pictures_.track(bgr);
    if (!face) return std::nullopt;
    if (engine_) engine_->set_reference(bgr, *face);
    return Landmarks::relative_to(*face);
  }

  std::optional<ControlVector> controls(const cv::Mat& bgr, const FaceObservation& face) {
    return engine_ ? engine_->controls(bgr, face) : ControlVector{};
  }

  SinglePictures pictures_;
  std::optional<PictureShadow> engine_;
};

std::vector<SeenClip> read_clips(const std::string& label, const std::vector<PerformerClip>& clips, int threads,
                                 const std::optional<MeshEngineOptions>& engine) {
  std::vector<SeenClip> seen(clips.size());
  const int workers = static_cast<int>(std::min(clips.size(), static_cast<std::size_t>(threads)));
  run_workers(label, clips.size(), 0, workers, [&] {
    const auto reader = std::make_shared<ClipReader>(engine);
    return [&, reader](std::size_t k) { seen[k] = reader->read(clips[k]); };
  });
  return seen;
}

FitExamples examples_of(const std::vector<SeenClip>& clips) {
  std::size_t count = 0;
  for (const SeenClip& clip : clips) count += clip.pictures.size();
  FitExamples examples{Eigen::MatrixXd(count, Landmarks::kCount), Eigen::MatrixXd(count, kControlCount)};
  Eigen::Index row = 0;
  for (const SeenClip& clip : clips) {
    for (const SeenPicture& picture : clip.pictures) {
      const ControlVector truth = ControlTable::ameca().clamp(picture.truth);
      examples.inputs.row(row) = picture.landmarks.transpose().cast<double>();
      examples.targets.row(row++) = Eigen::Map<const Eigen::RowVectorXf>(truth.data(), kControlCount).cast<double>();
    }
  }
  return examples;
}

LandmarkBaseline baseline(const PerformerEvaluationOptions& options, const std::vector<IndexRow>& rows,
                          const std::vector<SeenClip>& judged) {
  constexpr std::size_t kShareForLambda = 4;  // so many times fewer pictures choose λ
  const auto examples = [&](const char* split, std::size_t count) {
    const auto clips = performer_clips(rows, options.data, split, count);
    FitExamples found =
        examples_of(read_clips(std::string("landmarks of ") + split, clips, options.threads, std::nullopt));
    if (found.inputs.rows() < 2)
      throw InputError(options.data.string() + ": expected two faces or more in the split " + split +
                       " for the linear fit, found " + std::to_string(found.inputs.rows()) +
                       "; give a larger set, or --fit 0");
    return found;
  };
  const FitExamples train = examples("train", options.fit);
  const FitExamples val = examples("val", std::max<std::size_t>(2, options.fit / kShareForLambda));
  const RidgeFit fit = RidgeFit::best_on(val, train);
  LandmarkBaseline out{{}, static_cast<std::size_t>(train.inputs.rows()), fit.lambda()};
  for (const SeenClip& clip : judged) {
    for (const SeenPicture& picture : clip.pictures) {
      const Eigen::RowVectorXd predicted = fit.predict(picture.landmarks.transpose().cast<double>());
      ControlVector sent;
      for (std::size_t c = 0; c < kControlCount; ++c) sent[c] = static_cast<float>(predicted(static_cast<int>(c)));
      out.score.add(sent, picture.truth);
    }
  }
  return out;
}

}  // namespace

PerformerEvaluation evaluate_performers(const PerformerEvaluationOptions& options) {
  const std::vector<IndexRow> rows = read_dataset_index(options.data);
  const auto clips = performer_clips(rows, options.data, options.split, options.limit);
  const auto seen = read_clips("evaluate performers", clips, options.threads, options.mesh);

  PerformerEvaluation evaluation;
  evaluation.clips = clips.size();
  for (std::size_t k = 0; k < clips.size(); ++k) {
    const std::size_t all = clips[k].pictures.size(), faces = seen[k].pictures.size();
    evaluation.pictures += all;
    evaluation.without_face += all - faces;
    if (!seen[k].has_reference) evaluation.without_reference_face += all;
    for (const SeenPicture& picture : seen[k].pictures) evaluation.pipeline.add(picture.sent, picture.truth);
  }
  if (evaluation.pipeline.count() == 0)
    throw InputError(options.data.string() + ": expected faces, found none in " + std::to_string(evaluation.pictures) +
                     " pictures of the split " + options.split);
  if (options.fit > 0) evaluation.landmarks = baseline(options, rows, seen);
  return evaluation;
}

}  // namespace vividface
