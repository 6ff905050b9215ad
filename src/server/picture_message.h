#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace vividface {

/// What a client of /ws/preview is sent: "VP", version 1, the kind, then what that kind consists of.
struct PictureMessage {
  std::uint64_t number = 0;                  ///< greater for each new one; 0: there was none yet
  std::shared_ptr<const std::string> bytes;  ///< null: nobody asked for long
};

/// Gives the newest. Called on the server's thread while somebody looks; must not wait.
using PictureSource = std::function<PictureMessage()>;

}  // namespace vividface
