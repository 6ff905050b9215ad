# Libtorch::torch, from Debian's libtorch-dev, a libtorch archive or a pip installation (put
# `python3 -c 'import torch; print(torch.utils.cmake_prefix_path)'` into CMAKE_PREFIX_PATH). Not torch's own
# TorchConfig.cmake: in a CUDA build that wants the whole CUDA toolkit, of which this project uses nothing.
find_path(LIBTORCH_INCLUDE_DIR torch/csrc/api/include/torch/torch.h PATH_SUFFIXES ../../include)
if(LIBTORCH_INCLUDE_DIR)
  file(REAL_PATH "${LIBTORCH_INCLUDE_DIR}" libtorch_include)  # without the "..", so that a system folder is known as one
endif()
set(libtorch_found)
foreach(name IN ITEMS torch torch_cpu c10 torch_cuda c10_cuda)
  find_library(LIBTORCH_${name}_LIBRARY ${name} PATH_SUFFIXES ../../lib)
  mark_as_advanced(LIBTORCH_${name}_LIBRARY)
  if(LIBTORCH_${name}_LIBRARY)
    file(REAL_PATH "${LIBTORCH_${name}_LIBRARY}" library)
    list(APPEND libtorch_found "${library}")
  endif()
endforeach()
mark_as_advanced(LIBTORCH_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch REQUIRED_VARS LIBTORCH_torch_LIBRARY LIBTORCH_torch_cpu_LIBRARY
                                                         LIBTORCH_c10_LIBRARY LIBTORCH_INCLUDE_DIR)

if(Libtorch_FOUND AND NOT TARGET Libtorch::torch)
  add_library(Libtorch::torch INTERFACE IMPORTED)
  target_include_directories(Libtorch::torch INTERFACE "${libtorch_include}"
                                                       "${libtorch_include}/torch/csrc/api/include")
  # The CUDA library registers its kernels when it is loaded and nothing refers to it by name: keep it though it looks
  # unused. What it needs in its turn it finds by its own run path, which the linker does not know.
  target_link_options(Libtorch::torch INTERFACE LINKER:--allow-shlib-undefined)
  target_link_libraries(Libtorch::torch INTERFACE -Wl,--push-state,--no-as-needed ${libtorch_found} -Wl,--pop-state
                                                  Threads::Threads)
endif()
