#include "train/picture_store.h"

#include <torch/torch.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

namespace vividface {

PictureStore load_pictures(const std::vector<MappingSample>& samples, std::filesystem::path MappingSample::*file_of,
                           const std::function<SquarePicture(const std::filesystem::path&)>& load, int size,
                           const torch::Device& device, const std::string& what,
                           const Progress::Surroundings& surroundings) {
  PictureStore store;
  std::vector<const std::filesystem::path*> files;
  for (const MappingSample& sample : samples) {
    const bool there = !(sample.*file_of).empty();
    store.slots.push_back(there ? static_cast<std::int64_t>(files.size()) : -1);
    if (there) files.push_back(&(sample.*file_of));
  }
  const auto count = static_cast<std::int64_t>(files.size());
  store.pictures = torch::empty({count, 3, size, size}, torch::dtype(torch::kByte).device(device));

  if (count == 0) return store;

  Progress progress("read " + what, files.size(), 0, surroundings);
  // In parts, so that the whole set is never twice in memory.
  constexpr std::int64_t kPart = 4096;
  for (std::int64_t begin = 0; begin < count; begin += kPart) {
    const std::int64_t part = std::min(kPart, count - begin);
    auto rows = torch::empty({part, size, size, 3}, torch::kByte);
    const std::size_t bytes = static_cast<std::size_t>(size) * size * 3;
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;  // guards progress and error
    std::exception_ptr error;
    auto work = [&] {
      for (std::int64_t i; (i = next++) < part;) {
        try {
          const auto picture = load(*files[static_cast<std::size_t>(begin + i)]);
          std::memcpy(rows.data_ptr<std::uint8_t>() + static_cast<std::size_t>(i) * bytes, picture.data(), bytes);
          std::lock_guard lock(mutex);
          progress.advance();
        } catch (...) {
          std::lock_guard lock(mutex);
          if (!error) error = std::current_exception();
          next = part;
        }
      }
    };
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) workers.emplace_back(work);
    }
    if (error) std::rethrow_exception(error);
    store.pictures.narrow(0, begin, part).copy_(rows.to(device).permute({0, 3, 1, 2}));
  }
  return store;
}

}  // namespace vividface
