#pragma once

#include <Eigen/Core>

#include "render/render_view.h"

namespace vividface {

/// What a view means to OpenGL.
struct Camera {
  Eigen::Vector3f position;
  Eigen::Matrix4f view_projection;  ///< into clip space with y down, so that the picture's rows come out from the top
};

Camera camera_of(const RenderView& view);

}  // namespace vividface
