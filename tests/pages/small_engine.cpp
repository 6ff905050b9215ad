// The networks of the engine liveportrait at a few channels' size, never trained: small_engine FOLDER.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "liveportrait/small_models.h"

int main(int count, char** arguments) try {
  if (count != 2) throw std::invalid_argument("expected FOLDER");
  vividface::write_small_models(arguments[1]);
} catch (const std::exception& error) {
  std::fprintf(stderr, "small_engine: %s\n", error.what());
  return 1;
}
