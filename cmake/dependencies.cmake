# The libraries that the parts may link, found once. Each part still lists what it uses.
find_package(Threads REQUIRED)

# Header-only libraries may also be plain folders of headers on CMAKE_INCLUDE_PATH, as on a machine without packages.
function(vividface_headers package version target header required)
  find_package(${package} ${version} QUIET)
  if(NOT TARGET ${target})
    find_path(VIVIDFACE_${package}_INCLUDE_DIR ${header} ${required})
    if(NOT VIVIDFACE_${package}_INCLUDE_DIR)
      return()
    endif()
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} INTERFACE "${VIVIDFACE_${package}_INCLUDE_DIR}")
  endif()
endfunction()
set(program REQUIRED)  # what training and the program need, the networks alone do not
if(VIVIDFACE_NEURAL_ONLY)
  set(program)
endif()
vividface_headers(nlohmann_json 3.11 nlohmann_json::nlohmann_json nlohmann/json.hpp REQUIRED)
vividface_headers(CLI11 2.1 CLI11::CLI11 CLI/CLI.hpp "${program}")

find_package(Libtorch REQUIRED)                # Libtorch::torch
find_package(TurboJPEG ${program})             # TurboJPEG::turbojpeg

if(NOT VIVIDFACE_NEURAL_ONLY)
  find_package(Eigen3 3.4 REQUIRED)        # Eigen3::Eigen
  find_package(ZLIB REQUIRED)              # ZLIB::ZLIB
  find_package(OpenGL REQUIRED COMPONENTS EGL)  # OpenGL::EGL
  find_package(spdlog 1.10 REQUIRED)       # spdlog::spdlog
  find_package(tomlplusplus REQUIRED)      # tomlplusplus::tomlplusplus
  find_package(cppzmq REQUIRED)            # cppzmq
  find_package(Boost 1.81 REQUIRED)        # Boost::headers
  find_package(SQLite3 3.37 REQUIRED)      # SQLite::SQLite3
  find_package(OpenSSL 3.0 REQUIRED)       # OpenSSL::SSL, OpenSSL::Crypto
  find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc imgcodecs videoio calib3d)  # opencv_core, opencv_imgproc, ...

  find_package(PkgConfig REQUIRED)
  pkg_check_modules(FFmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswscale libavutil)  # PkgConfig::FFmpeg
  pkg_check_modules(QRencode REQUIRED IMPORTED_TARGET libqrencode)  # PkgConfig::QRencode

  if(NOT OpenVINO_DIR)
    set(OpenVINO_DIR "${VIVIDFACE_THIRD_PARTY}/openvino/cmake" CACHE PATH "the folder of OpenVINOConfig.cmake" FORCE)
  endif()
  if(NOT EXISTS "${OpenVINO_DIR}/OpenVINOConfig.cmake")
    message(FATAL_ERROR "OpenVINO is not in ${OpenVINO_DIR}: run scripts/setup, or set OpenVINO_DIR")
  endif()
  find_package(OpenVINO REQUIRED COMPONENTS Runtime)  # openvino::runtime
endif()
