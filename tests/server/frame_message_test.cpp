#include "server/frame_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "server/web_socket_client.h"

namespace vividface {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(FrameMessage, IsReadAsItIsWritten) {
  const Bytes message = {'V', 'F', 1, 0, 0x40, 0xe2, 1, 0, 0, 0, 0, 0, 7, 8, 9};
  const FrameMessage frame = parse_frame_message(message);
  EXPECT_EQ(frame.captured_us, 123456u);
  EXPECT_THAT(frame.jpeg, testing::ElementsAre(7, 8, 9));
  EXPECT_EQ(frame_message(123456, Bytes{7, 8, 9}), message);
  EXPECT_TRUE(parse_frame_message(frame_message(0, {})).jpeg.empty());
}

TEST(FrameMessage, RefusesWhatIsNone) {
  Bytes late = frame_message(1, Bytes{1});
  late[11] = 0x80;
  for (const Bytes& message :
       {Bytes{}, Bytes(11, 'V'), Bytes(500, 0xff), Bytes{'V', 'F', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
        Bytes{'V', 'F', 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1}, late}) {
    EXPECT_THROW(parse_frame_message(message), InputError);
  }
}

TEST(FrameMessage, ItsAnswerIsJson) {
  EXPECT_EQ(frame_answer(5, FrameFate::no_face, ""), R"({"v":1,"captured_us":5,"frame":"no face"})");
  EXPECT_EQ(frame_answer(std::nullopt, FrameFate::refused, "a \"b\"\n\xff"),
            "{\"v\":1,\"captured_us\":null,\"frame\":\"refused\",\"reason\":\"a \\\"b\\\"\\n\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace vividface
