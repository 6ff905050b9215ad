#include "links/json_message.h"

#include <nlohmann/json.hpp>

#include "links/decimal.h"

namespace vividface {

JsonMessage::JsonMessage(const ControlTable& table) {
  for (std::size_t i = 0; i < kControlCount; ++i) keys_[i] = nlohmann::json(table[i].name).dump() + ":";
}

// By hand: this is on the way of every frame, and a document tree would allocate for each value.
std::string_view JsonMessage::write(const SentPose& pose, double epoch, double now) {
  DecimalText number;
  text_ = R"({"message":"vividface.controls","version":1,"sequence":)";
  text_ += number.whole(pose.sequence);
  text_ += R"(,"captured_s":)";
  text_ += pose.captured ? number.seconds(epoch + *pose.captured) : "null";
  text_ += R"(,"sent_s":)";
  text_ += number.seconds(now);
  text_ += R"(,"clock_s":)";
  text_ += number.seconds(pose.stepped);
  text_ += R"(,"state":")";
  text_ += pose.state;
  text_ += R"(","confidence":)";
  text_ += pose.confidence ? number.shortest(*pose.confidence) : "null";
  text_ += R"(,"controls":{)";
  for (std::size_t i = 0; i < kControlCount; ++i) {
    if (i > 0) text_ += ',';
    text_ += keys_[i];
    text_ += number.shortest(pose.controls[i]);
  }
  text_ += "}}";
  return text_;
}

}  // namespace vividface
