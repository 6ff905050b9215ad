# The libraries that the parts may link, found once. Each part still lists what it uses.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)  # nlohmann_json::nlohmann_json
find_package(CLI11 2.1 REQUIRED)           # CLI11::CLI11

# libtorch (${TORCH_LIBRARIES}) costs seconds of configuring; the parts that train or run neural networks find it.

if(NOT VIVIDFACE_NEURAL_ONLY)
  find_package(Eigen3 3.4 REQUIRED)        # Eigen3::Eigen
  find_package(spdlog 1.10 REQUIRED)       # spdlog::spdlog
  find_package(tomlplusplus REQUIRED)      # tomlplusplus::tomlplusplus
  find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc imgcodecs videoio calib3d)  # opencv_core, opencv_imgproc, ...

  if(NOT OpenVINO_DIR)
    set(OpenVINO_DIR "${VIVIDFACE_THIRD_PARTY}/openvino/cmake" CACHE PATH "the folder of OpenVINOConfig.cmake" FORCE)
  endif()
  if(NOT EXISTS "${OpenVINO_DIR}/OpenVINOConfig.cmake")
    message(FATAL_ERROR "OpenVINO is not in ${OpenVINO_DIR}: run scripts/setup, or set OpenVINO_DIR")
  endif()
  find_package(OpenVINO REQUIRED COMPONENTS Runtime)  # openvino::runtime
endif()
