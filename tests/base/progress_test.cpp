#include "base/progress.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

namespace vividface {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Fake {
  std::ostringstream out;
  double seconds = 100;
  Progress::Surroundings surroundings(bool terminal) {
    return {&out, terminal, [this] { return std::chrono::duration<double>(seconds); }};
  }
  long lines() const {
    const std::string text = out.str();
    return std::count(text.begin(), text.end(), '\n');
  }
};

TEST(Progress, TellsPartRateAndTimeLeftOnATerminal) {
  Fake fake;
  Progress progress("shadow", 200, 0, fake.surroundings(true));
  fake.seconds += 5;
  progress.advance(50);
  const std::string text = fake.out.str();
  EXPECT_THAT(text, StartsWith("\rshadow"));
  EXPECT_THAT(text, HasSubstr("[#####---------------]"));
  EXPECT_THAT(text, HasSubstr(" 25 %"));
  EXPECT_THAT(text, HasSubstr("50/200"));
  EXPECT_THAT(text, HasSubstr("10.0/s"));
  EXPECT_THAT(text, HasSubstr("0:15 left"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
}

TEST(Progress, DoesNotSteerTheTerminalByAClipsName) {
  Fake fake;
  Progress progress("\x1b[2Jclip\n", 2, 0, fake.surroundings(true));
  progress.finish();
  EXPECT_THAT(fake.out.str(), StartsWith("\r?[2Jclip?"));
}

TEST(Progress, RedrawsOnlyNowAndThenOnATerminal) {
  Fake fake;
  Progress progress("x", 100000, 0, fake.surroundings(true));
  for (int i = 0; i < 1000; ++i) {
    fake.seconds += 0.001;
    progress.advance();
  }
  const std::string text = fake.out.str();
  EXPECT_LE(std::count(text.begin(), text.end(), '\r'), 11);
  EXPECT_GE(std::count(text.begin(), text.end(), '\r'), 8);
}

TEST(Progress, WritesALineEveryTenthIntoALog) {
  Fake fake;
  {
    Progress progress("x", 1000, 0, fake.surroundings(false));
    for (int i = 0; i < 1000; ++i) {
      fake.seconds += 1;
      progress.advance();
    }
  }
  EXPECT_EQ(fake.lines(), 10);
  EXPECT_THAT(fake.out.str(), Not(HasSubstr("\r")));
  EXPECT_THAT(fake.out.str(), HasSubstr("100 %  1000/1000"));
  EXPECT_THAT(fake.out.str(), EndsWith("took 16:40\n"));
}

TEST(Progress, CountsTheRateOfThisRunOnlyWhenResumed) {
  Fake fake;
  Progress progress("train", 100, 80, fake.surroundings(true));
  fake.seconds += 10;
  progress.advance(10);
  EXPECT_THAT(fake.out.str(), HasSubstr("1.0/s"));
  EXPECT_THAT(fake.out.str(), HasSubstr("0:10 left"));
}

TEST(Progress, CountsWhenTheEndIsUnknownOrPassed) {
  Fake fake;
  {
    Progress camera("live", std::nullopt, 0, fake.surroundings(false));
    for (int i = 0; i < 130; ++i) {
      fake.seconds += 1;
      camera.advance();
    }
  }
  EXPECT_EQ(fake.lines(), 3);  // after each minute, and the last
  Fake other;
  {
    Progress more("x", 10, 0, other.surroundings(false));
    other.seconds += 1;
    more.advance(20);
  }
  EXPECT_THAT(other.out.str(), HasSubstr("100 %  20/10"));
  Fake empty;
  { Progress none("x", 0, 0, empty.surroundings(false)); }
  EXPECT_EQ(empty.lines(), 1);
}

TEST(Progress, ShowsANoteAndLeavesNothingOfALongerLine) {
  Fake fake;
  Progress progress("x", 10, 0, fake.surroundings(true));
  progress.note("loss 0.123456789");
  fake.seconds += 1;
  progress.advance();
  const std::size_t longer = fake.out.str().size();
  EXPECT_THAT(fake.out.str(), HasSubstr("loss 0.123456789"));
  progress.note("");
  progress.finish();
  EXPECT_THAT(fake.out.str().substr(longer), EndsWith(" \n"));
  progress.finish();
  EXPECT_EQ(fake.lines(), 1);
}

}  // namespace
}  // namespace vividface
