#pragma once

namespace vividface {

inline constexpr const char* kHeadVertexShader = R"(#version 330 core
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 reference;  // where on the face, on the base mesh at rest
uniform mat4 view_projection;
out vec3 p, n, r;
void main() {
  p = position;
  n = normal;
  r = reference;
  gl_Position = view_projection * vec4(position, 1);
}
)";

// The skin's folds, for robots and people alike. Lengths in decimetres.
inline constexpr const char* kFoldsShader = R"(
// A bump of this width, much like a Gaussian bell but cheaper.
float line(float distance, float width) {
  float t = max(0.0, 1.0 - 0.4 * distance * distance / (width * width));
  return t * t * t;
}
float window(float from, float to, float soft, float x) {
  return smoothstep(from - soft, from + soft, x) * (1.0 - smoothstep(to - soft, to + soft, x));
}

// Depth of the skin's folds at a place with x > 0 (mirrored for the right side), 0 … about 1.
float folds(vec3 q, float forehead_inner, float forehead_outer, float frown, float nose, float nasolabial, float crow) {
  float depth = 0.0;
  if (forehead_inner > 0.0 || forehead_outer > 0.0) {
    float y = q.y + 0.35 * q.x * q.x;
    float lines = line(y - 0.315, 0.022) + line(y - 0.405, 0.024) + 0.8 * line(y - 0.50, 0.024);
    lines *= mix(forehead_inner, forehead_outer, smoothstep(0.14, 0.36, q.x));
    depth += 0.8 * lines * (1.0 - smoothstep(0.38, 0.58, q.x));
  }
  if (frown > 0.0) {
    float x = q.x - 0.062 - 0.12 * (q.y - 0.16);
    depth += 0.85 * frown * window(0.12, 0.28, 0.06, q.y) * line(x, 0.020);
    depth += 0.5 * frown * line(q.y - 0.045 + 0.25 * q.x, 0.018) * (1.0 - smoothstep(0.04, 0.12, q.x));
  }
  if (nose > 0.0) {
    float y = q.y + 0.55 * q.x;
    depth += 0.8 * nose * (1.0 - smoothstep(0.09, 0.17, q.x)) *
             (line(y - 0.035, 0.017) + line(y + 0.035, 0.017) + 0.7 * line(y + 0.105, 0.017));
  }
  if (nasolabial > 0.0) {
    float t = clamp((-0.36 - q.y) / 0.36, 0.0, 1.0);
    float x = 0.165 + 0.20 * pow(t, 0.75);
    depth += 0.9 * nasolabial * line((q.x - x) * 0.85, 0.024) * window(-0.63, -0.40, 0.07, q.y);
  }
  if (crow > 0.0) {
    vec2 d = q.xy - vec2(0.46, 0.0);
    float angle = atan(d.y, d.x), away = length(d);
    float rays = line(angle - 0.5, 0.13) + line(angle, 0.13) + line(angle + 0.5, 0.13);
    depth += 0.7 * crow * rays * window(0.12, 0.22, 0.03, away);
    float below = length((q.xy - vec2(0.31, 0.05)) * vec2(0.8, 1.0));  // the bag below the eye
    depth += 0.45 * crow * line(below - 0.185, 0.016) * smoothstep(0.0, -0.08, q.y);
  }
  return depth;
}
)";

// Materials in the order of robot/head_model.h, wrinkles in the order of robot/virtual_robot.h. Lengths in decimetres.
// MATERIAL is defined in front of this: one program a material, since a software rasterizer runs every branch.
inline constexpr const char* kHeadFragmentShader = R"(
in vec3 p, n, r;
uniform vec3 camera;
uniform vec3 light[3];       // key direction; key, fill, ambient; fill direction
uniform vec3 eye_centre[2];  // left, right
uniform vec3 gaze[2];
uniform float wrinkles[12];
uniform vec3 background;
out vec4 colour;

#define SCLERA 2
#define EYELASH 3
#define TEETH 4
#define GUMS 5
#define TONGUE 6

float skin_folds() {
  if (r.z < -0.45) return 0.0;
  float left = smoothstep(-0.035, 0.035, r.x);
  float w[6];
  for (int k = 0; k < 6; ++k) w[k] = mix(wrinkles[2 * k + 1], wrinkles[2 * k], left);
  w[0] *= 0.5;
  w[1] *= 0.5;
  return folds(vec3(abs(r.x), r.yz), w[0], w[1], w[2], w[3], w[4], w[5]);
}

// A fold of this depth bends the normal (Mikkelsen's bump mapping of unparametrized surfaces).
vec3 bent(vec3 normal, float depth) {
  vec3 px = dFdx(p), py = dFdy(p);
  vec3 rx = cross(py, normal), ry = cross(normal, px);
  float area = dot(px, rx);
  vec3 slope = sign(area) * (dFdx(depth) * rx + dFdy(depth) * ry);
  return normalize(abs(area) * normal + 0.016 * slope);
}

vec3 lit(vec3 albedo, vec3 normal, float gloss, float shine) {
  vec3 to_camera = normalize(camera - p);
  float key = max(0.0, (dot(normal, light[0]) + 0.25) / 1.25);
  float fill = max(0.0, (dot(normal, light[2]) + 0.4) / 1.4);
  float sky = 0.5 + 0.5 * normal.y;
  float spec = shine * pow(max(0.0, dot(normal, normalize(light[0] + to_camera))), gloss);
  float graze = 1.0 - max(0.0, dot(normal, to_camera));
  float rim = 0.10 * graze * graze * graze * sky;
  return albedo * (key * light[1].x + fill * light[1].y + (0.6 + 0.4 * sky) * light[1].z) + (spec * light[1].x + rim * light[1].y);
}

vec3 skin(vec3 normal) {
  float depth = skin_folds();
  normal = bent(normal, -depth);
  vec3 albedo = vec3(0.60, 0.61, 0.625);
  // The lips are a darker rubber.
  float lip = 1.0 - smoothstep(0.75, 1.15, length(vec2(r.x / 0.30, (r.y + 0.695 + 0.15 * r.x * r.x) / 0.092)));
  lip *= smoothstep(0.10, 0.16, r.z);
  albedo = mix(albedo, vec3(0.52, 0.47, 0.48), 0.75 * lip);
  // Brows, faint: what people look at when they read a face.
  vec2 b = vec2(abs(r.x), r.y);
  float arch = 0.205 + 0.055 * sin((b.x - 0.10) * 5.2);
  float brow = line(b.y - arch, 0.030 - 0.018 * smoothstep(0.3, 0.58, b.x)) * window(0.12, 0.54, 0.035, b.x);
  albedo *= 1.0 - 0.60 * brow * smoothstep(-0.2, 0.0, r.z);
  // The lids' edges: dark above, as by lashes, and a shade below.
  float from_eye = length(vec3(abs(r.x) - 0.308, r.y, r.z + 0.008));
  albedo *= mix(0.6, 1.0, smoothstep(0.128, 0.16, from_eye));
  albedo *= mix(0.12, 1.0, max(smoothstep(0.148, 0.162, from_eye), 1.0 - smoothstep(-0.008, 0.012, r.y)));
  // The neck is black rubber.
  float neck = 1.0 - smoothstep(-0.94, -0.90, r.y * 0.80 + r.z * 0.60 - 0.28 * r.x * r.x);
  albedo = mix(albedo, vec3(0.07, 0.07, 0.075), neck);
  albedo *= 1.0 - 0.30 * clamp(depth, 0.0, 1.2);
  return lit(albedo, normal, mix(22.0, 40.0, lip), mix(0.13, 0.22, lip) * (1.0 - 0.6 * neck));
}

vec3 eyeball(vec3 normal) {
  int s = r.x > 0.0 ? 0 : 1;
  vec3 d = normalize(p - eye_centre[s]);
  vec3 axis = gaze[s];
  float angle = acos(clamp(dot(d, axis), -1.0, 1.0)), soft = max(fwidth(angle), 0.01);
  const float iris_angle = 0.47, pupil_angle = 0.19;
  vec3 up = normalize(vec3(0.0, 1.0, 0.0) - axis * axis.y), right = cross(up, axis);
  float around = atan(dot(d, up), dot(d, right));
  float fibre = 0.5 + 0.25 * sin(around * 23.0 + 3.0 * sin(around * 5.0)) + 0.25 * sin(around * 41.0 + angle * 30.0);
  vec3 iris = mix(vec3(0.10, 0.16, 0.21), vec3(0.24, 0.32, 0.37), fibre * smoothstep(pupil_angle, iris_angle, angle));
  iris *= 1.0 - 0.75 * smoothstep(iris_angle - 0.09, iris_angle, angle);
  iris = mix(vec3(0.015), iris, smoothstep(pupil_angle - soft, pupil_angle + soft, angle));
  vec3 white = vec3(0.90, 0.90, 0.89) - vec3(0.05, 0.10, 0.10) * smoothstep(0.6, 1.3, angle);
  vec3 albedo = mix(iris, white, smoothstep(iris_angle - soft, iris_angle + soft, angle));
  // The upper lid's shadow, and the corners.
  vec3 q = normalize(r - vec3(r.x > 0.0 ? 0.308 : -0.308, 0.0, -0.009));
  albedo *= (1.0 - 0.35 * smoothstep(0.05, 0.42, q.y)) * (1.0 - 0.55 * smoothstep(0.45, 0.85, abs(q.x)));
  vec3 to_camera = normalize(camera - p);
  vec3 out_colour = lit(albedo, d, 60.0, 0.0);
  // The cornea's catchlight.
  float spec = max(0.0, dot(normalize(d + 0.35 * axis), normalize(light[0] + to_camera)));
  return out_colour + 0.8 * smoothstep(0.990, 0.997, spec) * light[1].x;
}

void main() {
  vec3 normal = normalize(n);
  // Light that finds its way behind the lips.
  float depth = smoothstep(-0.55, 0.26, r.z);
#if MATERIAL == SCLERA
  vec3 c = eyeball(normal);
#elif MATERIAL == EYELASH
  vec3 c = vec3(0.09, 0.085, 0.085);
#elif MATERIAL == TEETH
  vec3 c = lit(vec3(0.86, 0.85, 0.81), normal, 50.0, 0.15) * mix(0.10, 0.95, depth * depth);
#elif MATERIAL == GUMS
  vec3 c = lit(vec3(0.36, 0.20, 0.20), normal, 30.0, 0.05) * mix(0.04, 0.75, depth * depth);
#elif MATERIAL == TONGUE
  vec3 c = lit(vec3(0.60, 0.33, 0.33), normal, 30.0, 0.12) * mix(0.10, 0.85, depth * depth);
#else
  vec3 c = skin(normal);
  // The neck ends in the dark, without an edge.
  float end = smoothstep(-1.88, -1.55, r.y + 0.30 * r.z) * (1.0 - smoothstep(0.62, 0.80, abs(r.x) * step(r.y, -1.0)));
  c = mix(background, c, end);
#endif
  colour = vec4(clamp(c, 0.0, 1.0), 1.0);
}
)";

}  // namespace vividface
