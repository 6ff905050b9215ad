#include "camera/realtime_source.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace vividface {
namespace {

// Gives `count` frames at once, then an end or an exception.
class Counting : public FrameSource {
 public:
  explicit Counting(std::size_t count, bool fail = false) : count_(count), fail_(fail) {}
  std::optional<Frame> next() override {
    if (given_ == count_) {
      if (fail_) throw std::runtime_error("unplugged");
      return std::nullopt;
    }
    Frame frame;
    frame.index = given_++;
    return frame;
  }
  double frames_per_second() const override { return 500; }
  std::optional<std::size_t> frame_count() const override { return count_; }

 private:
  std::size_t count_, given_ = 0;
  bool fail_;
};

TEST(RealtimeSource, GivesOrDropsEveryFrameInOrderAndTheLastForSure) {
  RealtimeSource source(std::make_unique<Counting>(20), /*paced=*/true);
  std::size_t taken = 0;
  std::optional<std::size_t> last;
  while (auto frame = source.next()) {
    if (last) {
      EXPECT_GT(frame->index, *last);
    }
    last = frame->index;
    ++taken;
  }
  EXPECT_EQ(last, 19u);
  EXPECT_EQ(taken + source.dropped(), 20u);
}

TEST(RealtimeSource, TheNewestFrameWinsWhenNobodyTakes) {
  RealtimeSource source(std::make_unique<Counting>(50), /*paced=*/false);
  while (source.dropped() < 49) std::this_thread::yield();
  EXPECT_EQ(source.next()->index, 49u);
  EXPECT_FALSE(source.next().has_value());
}

TEST(RealtimeSource, AFailureOfTheSourceReachesTheTaker) {
  RealtimeSource source(std::make_unique<Counting>(0, /*fail=*/true), /*paced=*/false);
  EXPECT_THROW(source.next(), std::runtime_error);
}

TEST(RealtimeSource, EndsWithoutBeingReadToItsEnd) {
  RealtimeSource source(std::make_unique<Counting>(1'000'000), /*paced=*/true);
  EXPECT_TRUE(source.next().has_value());
}

TEST(NewestSlot, ForgetsWhatIsPutAfterItsEnd) {
  NewestSlot<int> slot;
  slot.put(1);
  slot.close();
  slot.put(2);
  EXPECT_EQ(slot.take(), 1);
  EXPECT_EQ(slot.take(), std::nullopt);
  EXPECT_EQ(slot.dropped(), 0u);
}

}  // namespace
}  // namespace vividface
