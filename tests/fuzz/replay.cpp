// Stands in for libFuzzer where the compiler has none: runs a target on the files and folders that are named, and on
// mutations of them all that are the same at every run and on every machine.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "fuzz/fuzz.h"

namespace vividface {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kMutations = 2000;
constexpr std::size_t kLongRun = 100'000;  // of one byte: what nests by it goes through any recursion's stack

std::vector<Bytes> read_corpus(int count, char** names) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path name : std::vector<const char*>(names, names + count)) {
    if (std::filesystem::is_directory(name))
      for (const auto& entry : std::filesystem::directory_iterator(name)) files.push_back(entry.path());
    else
      files.push_back(name);
  }
  std::sort(files.begin(), files.end());
  std::vector<Bytes> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.push_back({std::istreambuf_iterator<char>(in), {}});
  }
  return corpus;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

  Bytes next() {
    Bytes bytes = any();
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(bytes);
    return bytes;
  }

 private:
  void change(Bytes& bytes) {
    if (bytes.empty()) bytes.push_back(0);
    const std::size_t place = below(bytes.size());
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place);
    switch (below(6)) {
      case 0:
        *at = static_cast<std::uint8_t>(*at ^ 1u << below(8));
        break;
      case 1: {
        constexpr std::uint8_t kExtremes[] = {0x00, 0x7f, 0x80, 0xff, '\n', '"', '-', '9'};
        *at = kExtremes[below(std::size(kExtremes))];
        break;
      }
      case 2:
        bytes.erase(at, bytes.end());
        break;
      case 3:
        bytes.erase(at, at + static_cast<std::ptrdiff_t>(std::min(1 + below(8), bytes.size() - place)));
        break;
      case 4:
        bytes.insert(at, below(100) == 0 ? kLongRun : 1 + below(16), *at);
        break;
      default: {
        const Bytes& other = any();
        bytes.erase(at, bytes.end());
        bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(below(other.size() + 1)), other.end());
      }
    }
  }

  const Bytes& any() { return corpus_[below(corpus_.size())]; }
  // Not a distribution of the standard library: those differ between its implementations.
  std::size_t below(std::size_t limit) { return random_() % limit; }

  const std::vector<Bytes>& corpus_;
  std::mt19937 random_{1};
};

}  // namespace
}  // namespace vividface

int main(int argc, char** argv) {
  const auto corpus = vividface::read_corpus(argc - 1, argv + 1);
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: expected files or folders of inputs, found none\n", argv[0]);
    return 2;
  }
  for (const auto& bytes : corpus) LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  vividface::Mutator mutator(corpus);
  for (int i = 0; i < vividface::kMutations; ++i) {
    const auto bytes = mutator.next();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%zu inputs and %d mutations of them\n", corpus.size(), vividface::kMutations);
}
