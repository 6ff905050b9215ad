#include <utility>

#include "camera/frame_source.h"

namespace vividface {
namespace {

class LoopedSource : public FrameSource {
 public:
  explicit LoopedSource(std::function<std::unique_ptr<FrameSource>()> open)
      : open_(std::move(open)), source_(open_()) {}

  std::optional<Frame> next() override {
    std::optional<Frame> frame = source_->next();
    if (!frame && std::exchange(has_frames_, false)) {
      source_ = open_();
      offset_ = last_time_ + 1 / source_->frames_per_second();
      frame = source_->next();
    }
    if (!frame) return std::nullopt;
    has_frames_ = true;
    frame->index = next_index_++;
    frame->time += offset_;
    last_time_ = frame->time;
    return frame;
  }

  double frames_per_second() const override { return source_->frames_per_second(); }
  std::optional<std::size_t> frame_count() const override { return std::nullopt; }
  std::optional<std::string> early_end() const override { return source_->early_end(); }

 private:
  const std::function<std::unique_ptr<FrameSource>()> open_;
  std::unique_ptr<FrameSource> source_;
  bool has_frames_ = false;  // since it was opened
  std::size_t next_index_ = 0;
  double offset_ = 0, last_time_ = 0;
};

}  // namespace

std::unique_ptr<FrameSource> loop_frame_source(std::function<std::unique_ptr<FrameSource>()> open) {
  return std::make_unique<LoopedSource>(std::move(open));
}

}  // namespace vividface
