#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "temporary_folder.h"

namespace vividface {

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The built program, run as a user runs it.
class Program {
 public:
  /// `input`: its standard input; nothing unless given.
  explicit Program(std::vector<std::string> arguments, int input = -1) {
    arguments.insert(arguments.begin(), VIVIDFACE_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    process_ = fork();
    if (process_ != 0) return;
    for (const auto& [name, descriptor] : {std::pair{"out", 1}, std::pair{"err", 2}}) {
      dup2(open((folder_ / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
    }
    dup2(input >= 0 ? input : open("/dev/null", O_RDONLY), 0);
    execv(argv[0], argv.data());
    _exit(127);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (!ended_) kill(process_, SIGKILL), wait();
  }

  void signal(int number) const { kill(process_, number); }
  /// The exit code, or 1000 + the signal that ended it.
  int wait() {
    int status = 0;
    waitpid(process_, &status, 0);
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  std::string out() const { return read_text(folder_ / "out"); }
  std::string err() const { return read_text(folder_ / "err"); }

 private:
  TemporaryFolder folder_;
  pid_t process_ = -1;
  bool ended_ = false;
};

}  // namespace vividface
