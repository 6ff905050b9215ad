#pragma once

namespace vividface {

// People, in linear light. Lengths in decimetres. Uniforms are PerformerLook's and PerformerLight's by name.

inline constexpr const char* kPerformerVertexShader = R"(#version 330 core
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 reference;
uniform mat4 view_projection;
uniform float lift;  // of a shell of hair or cloth over the skin
uniform float cap;   // 1: the shell is a cap
uniform sampler2D chart_map;
out vec3 p, n, r;

// As in face_paint.cpp.
vec2 chart(vec3 q) { return vec2(atan(q.x, q.z + 0.55) / 6.2831853 + 0.5, (q.y + 1.35) / 2.65); }

void main() {
  p = position;
  n = normal;
  r = reference;
  if (lift > 0) {
    float hair = textureLod(chart_map, chart(r), 3).a;
    float line = r.y + 0.16 * r.z - 0.42;
    p += n * lift * mix(hair, 0.55 + 0.45 * smoothstep(0.0, 0.35, line), cap);
    // The peak of a cap.
    float front = 1 - smoothstep(0.30, 0.62, abs(r.x));
    p += cap * vec3(0, -0.10, 0.55) * front * smoothstep(0.10, 0.0, line) * smoothstep(0.0, 0.2, r.z);
  }
  gl_Position = view_projection * vec4(p, 1);
}
)";

inline constexpr const char* kPerformerCommonShader = R"(
in vec3 p, n, r;
uniform vec3 camera;
uniform vec3 key_direction, key, sky, ground;
uniform sampler2D noise_map;  // fine grain, patches, strands, other patches
out vec4 colour;

vec3 dome(vec3 normal) { return mix(ground, sky, 0.5 + 0.5 * normal.y); }

float facing(vec3 normal, float wrap) { return max(0, (dot(normal, key_direction) + wrap) / (1 + wrap)); }

float highlight(vec3 normal, float gloss) {
  vec3 half_way = normalize(key_direction + normalize(camera - p));
  return pow(max(0, dot(normal, half_way)), gloss) * (gloss + 8) / 40;
}

vec3 shown(vec3 light) { return pow(light / (1 + 0.18 * light), vec3(1 / 2.2)); }
)";

inline constexpr const char* kPerformerSkinShader = R"(
uniform sampler2D chart_map;
uniform float wrinkles[12], resting[6];
uniform vec3 skin, lips, brow, hair, eye_shadow, fold_shift;
uniform float age, blush, pores, oil, blotches, eye_rings, lip_colour, lip_gloss, eye_shadow_strength, lashes;

vec2 chart(vec3 q) { return vec2(atan(q.x, q.z + 0.55) / 6.2831853 + 0.5, (q.y + 1.35) / 2.65); }

float skin_folds() {
  if (r.z < -0.45) return 0.0;
  float left = smoothstep(-0.035, 0.035, r.x);
  float w[6];
  for (int k = 0; k < 6; ++k) w[k] = max(resting[k], mix(wrinkles[2 * k + 1], wrinkles[2 * k], left));
  vec2 crooked = texture(noise_map, r.xy * 0.9 + fold_shift.xy * 9).ga - 0.5;
  vec3 q = vec3(abs(r.x), r.yz) + vec3(crooked * fold_shift.z, 0) + vec3(fold_shift.xy, 0);
  return folds(q, w[0], w[1], w[2], w[3], w[4], w[5]);
}

// Mikkelsen's bump mapping of unparametrized surfaces.
vec3 bent(vec3 normal, float height) {
  vec3 px = dFdx(p), py = dFdy(p);
  vec3 rx = cross(py, normal), ry = cross(normal, px);
  float area = dot(px, rx);
  vec3 slope = sign(area) * (dFdx(height) * rx + dFdy(height) * ry);
  return normalize(abs(area) * normal - slope);
}

float bell(vec2 d) { return exp(-dot(d, d)); }

void main() {
  vec2 q = vec2(abs(r.x), r.y);
  vec2 place = chart(r);
  vec4 paint = texture(chart_map, place);
  vec4 grain = texture(noise_map, place * vec2(24, 12));
  vec4 patches = texture(noise_map, place * vec2(6, 3));
  float front = smoothstep(-0.5, -0.1, r.z);
  float depth = skin_folds();
  float hairy = max(paint.r, paint.g);

  float lip = 1 - smoothstep(0.78, 1.08, length(vec2(r.x / 0.295, (r.y + 0.695 + 0.16 * r.x * r.x +
                  0.028 * bell(vec2(r.x / 0.05, (r.y + 0.60) / 0.05))) / 0.092)));
  lip *= smoothstep(0.10, 0.16, r.z);

  float height = -0.016 * depth + 0.0045 * pores * (grain.r - 0.5) * (1 - 0.7 * lip) + 0.006 * age * (patches.g - 0.5) +
                 0.004 * lip * (texture(noise_map, vec2(r.x * 9, r.y * 0.8)).b - 0.5) + 0.006 * hairy;
  vec3 normal = normalize(n);
  vec3 rough = bent(normal, height);

  // Pigment and blood.
  vec3 albedo = skin;
  float patchy = (patches.g - 0.5) * 0.5 + (patches.a - 0.5) * 0.5 + (paint.b - 0.502) * 2;
  albedo *= 1 + blotches * 0.35 * (patches.g + patches.a - 1) + 0.10 * pores * (grain.r - 0.5);
  albedo *= pow(vec3(0.62, 0.48, 0.40), vec3(max(0, -(paint.b - 0.502) * 2)));
  albedo *= 1 + 0.5 * max(0, (paint.b - 0.502) * 2);
  float red = bell((q - vec2(0.40, -0.26)) / vec2(0.20, 0.17)) + 0.9 * bell((q - vec2(0.0, -0.36)) / vec2(0.13, 0.13)) +
              0.4 * bell((q - vec2(0.0, -0.95)) / vec2(0.2, 0.12)) + 0.8 * smoothstep(0.70, 0.80, q.x) +
              0.35 * (patches.a - 0.5);
  albedo *= mix(vec3(1), vec3(1.10, 0.80, 0.80), clamp(blush * red, 0, 1.2));
  float from_eye = length(vec3(q.x - 0.308, r.y, r.z + 0.008));
  float ring = bell((q - vec2(0.28, -0.10)) / vec2(0.16, 0.075)) + 0.6 * bell((q - vec2(0.20, 0.05)) / vec2(0.10, 0.10));
  albedo *= mix(vec3(1), vec3(0.72, 0.62, 0.66), clamp(eye_rings * ring, 0, 1));
  float shadow_area = (1 - smoothstep(0.16, 0.27, from_eye)) * smoothstep(-0.02, 0.05, r.y);
  albedo = mix(albedo, eye_shadow, eye_shadow_strength * shadow_area);
  albedo = mix(albedo, lips * (0.85 + 0.3 * patches.g), lip_colour * lip);
  albedo *= 1 - 0.45 * clamp(depth, 0.0, 1.2) * vec3(0.8, 1.0, 1.05);

  // Hair that is painted on: brows, beard, the roots on the scalp.
  albedo = mix(albedo, brow, clamp(paint.r * front, 0, 0.95));
  albedo = mix(albedo, mix(brow, albedo, 0.10), clamp(paint.g * (1 - lip), 0, 0.92));
  albedo = mix(albedo, hair * (0.6 + 0.8 * texture(noise_map, place * vec2(40, 1.5)).b), 0.92 * paint.a);

  // The lids' edges: lashes above, wet and pink below; both lids' inner side is dark.
  float inner = 1 - smoothstep(0.128, 0.150, from_eye);
  float upper = smoothstep(-0.012, 0.015, r.y);
  albedo *= mix(vec3(1), mix(vec3(0.85, 0.62, 0.58), vec3(0.30, 0.25, 0.25) * (1 - 0.8 * lashes), upper), inner);
  // The lashes' line is as wide as what shows of it when the lids are shut.
  float liner = max(smoothstep(0.198, 0.176, from_eye) * upper, 0.25 * smoothstep(0.168, 0.152, from_eye));
  albedo *= 1 - (0.35 + 0.55 * lashes) * liner * smoothstep(-0.08, 0.02, r.z);

  // What light does not get into.
  float shade = 1 - 0.28 * bell((q - vec2(0.20, 0.02)) / vec2(0.09, 0.11)) * front;
  shade *= 1 - 0.50 * bell((q - vec2(0.07, -0.49)) / vec2(0.07, 0.028)) * front;
  shade *= 1 - 0.25 * bell((q - vec2(0.0, -0.83)) / vec2(0.16, 0.035)) * front;
  shade *= mix(1, 0.55, smoothstep(-0.95, -1.25, r.y + 0.5 * (r.z - 0.1)));
  shade *= mix(0.45, 1.0, smoothstep(0.04, 0.13, length(vec2(q.x - 0.77, r.y + 0.06)))) ;

  // Light goes deeper into skin the redder it is: it bleeds around edges and blurs bumps.
  vec3 red_normal = normalize(mix(normal, rough, 0.45));
  float sun = key_light();
  vec3 lit = vec3(facing(red_normal, 0.30), facing(rough, 0.16), facing(rough, 0.11)) * sun * key;
  vec3 light = albedo * (lit + dome(rough) * shade);
  vec3 to_camera = normalize(camera - p);
  float graze = pow(1 - max(0, dot(rough, to_camera)), 4.0);
  float shiny = oil * (0.6 + 0.8 * bell((q - vec2(0.0, -0.2)) / vec2(0.14, 0.4)) + 0.5 * bell((q - vec2(0.0, 0.45)) / vec2(0.35, 0.2)));
  shiny = mix(shiny, 1.6 * lip_gloss, lip) * (1 - 0.8 * hairy) * (1 - 0.8 * paint.a) * (0.7 + 0.6 * grain.r);
  light += shiny * sun * key * (0.035 * highlight(rough, 14) + 0.03 * highlight(rough, 55) * mix(1.0, 2.5, lip));
  light += (0.02 + 0.18 * graze) * dome(reflect(-to_camera, rough)) * shade * (0.3 + 0.5 * shiny);
  colour = vec4(shown(light), 1);
}
)";

inline constexpr const char* kPerformerEyeShader = R"(
uniform vec3 eye_centre[2], gaze[2], iris, skin;
void main() {
  int s = r.x > 0 ? 0 : 1;
  vec3 d = normalize(p - eye_centre[s]);
  vec3 axis = gaze[s];
  float angle = acos(clamp(dot(d, axis), -1, 1)), soft = max(fwidth(angle), 0.012);
  const float iris_angle = 0.47, pupil_angle = 0.18;
  vec3 up = normalize(vec3(0, 1, 0) - axis * axis.y), right = cross(up, axis);
  float around = atan(dot(d, up), dot(d, right));
  float fibre = texture(noise_map, vec2(around * 0.9, angle * 0.25)).b;
  vec3 tint = iris * (0.55 + 0.9 * fibre) * mix(1.5, 0.9, smoothstep(pupil_angle, iris_angle, angle));
  tint *= 1 - 0.8 * smoothstep(iris_angle - 0.10, iris_angle, angle);
  tint = mix(vec3(0.004), tint, smoothstep(pupil_angle - soft, pupil_angle + soft, angle));
  vec3 q = normalize(r - vec3(r.x > 0 ? 0.308 : -0.308, 0, -0.009));
  float corner = smoothstep(0.50, 0.95, abs(q.x));
  vec3 white = mix(vec3(0.50, 0.47, 0.45), vec3(0.42, 0.22, 0.19), 0.7 * corner);
  white *= 1 - 0.10 * texture(noise_map, vec2(around, angle)).a;
  vec3 albedo = mix(tint, white, smoothstep(iris_angle - 1.5 * soft, iris_angle + 1.5 * soft, angle));
  // The upper lid's shadow, and the corners.
  float shade = (1 - 0.65 * smoothstep(0.02, 0.42, q.y)) * (1 - 0.5 * corner);
  vec3 light = albedo * shade * (facing(d, 0.4) * key * key_light() + dome(d));
  vec3 to_camera = normalize(camera - p);
  float spec = max(0, dot(normalize(d + 0.35 * axis), normalize(key_direction + to_camera)));
  light += 0.45 * smoothstep(0.985, 0.996, spec) * key * (0.3 + 0.7 * key_light());
  light += 0.05 * dome(reflect(-to_camera, d)) * shade;
  colour = vec4(shown(light), 1);
}
)";

inline constexpr const char* kPerformerMouthShader = R"(
uniform vec3 albedo;
uniform float gloss;
void main() {
  vec3 normal = normalize(n);
  float depth = smoothstep(-0.55, 0.26, r.z);  // light finds its way behind the lips
  vec3 light = albedo * (facing(normal, 0.3) * key + dome(normal)) + gloss * highlight(normal, 50) * key;
  colour = vec4(shown(light * mix(0.05, 0.85, depth * depth)), 1);
}
)";

inline constexpr const char* kPerformerFrameShader = R"(
uniform vec3 albedo;
uniform float gloss;
void main() {
  vec3 normal = normalize(n);
  colour = vec4(shown(albedo * (facing(normal, 0) * key + dome(normal)) + gloss * highlight(normal, 40) * key), 1);
}
)";

// Shells over the scalp and hanging hair.
inline constexpr const char* kPerformerHairShader = R"(
uniform sampler2D chart_map;
uniform vec3 hair, headgear_colour;
uniform float hair_length, hanging, cap, scarf;
vec2 chart(vec3 q) { return vec2(atan(q.x, q.z + 0.55) / 6.2831853 + 0.5, (q.y + 1.35) / 2.65); }
void main() {
  vec2 place = chart(r);
  vec3 normal = normalize(n);
  if (!gl_FrontFacing) normal = -normal;
  float around = atan(r.x, r.z + 0.55);
  float strand = texture(noise_map, vec2(around * 2.2, r.y * 0.10 + 0.3)).b, fine = texture(noise_map, vec2(around * 7, r.y * 0.3)).b;
  vec3 light;
  if (cap + scarf > 0) {
    if (cap > 0 && r.y + 0.16 * r.z < 0.42 + 0.0) discard;
    if (scarf > 0 && hanging == 0 && texture(chart_map, place).a < 0.4) discard;
    if (scarf > 0 && hanging > 0 && (r.y < -2.6 || abs(around) < 0.95)) discard;
    vec3 cloth = headgear_colour * (0.85 + 0.3 * texture(noise_map, vec2(around * 5, r.y * 4)).r);
    cloth *= scarf > 0 ? 0.7 + 0.6 * texture(noise_map, vec2(around * 0.5, r.y * 0.12)).a : 1.0;
    light = cloth * (facing(normal, 0.15) * key * key_light() + dome(normal));
  } else {
    if (hanging > 0) {
      if (r.y < -hair_length + 0.35 * (strand - 0.5) || abs(around) < 1.0 + 0.25 * strand) discard;
    } else if (texture(chart_map, place).a < 0.35 + 0.5 * fine) {
      discard;
    }
    vec3 along = normalize(vec3(0, 1, 0) - normal * normal.y + 0.25 * (strand - 0.5));
    vec3 half_way = normalize(key_direction + normalize(camera - p));
    float t = dot(along, half_way);
    float shine = pow(max(0, 1 - t * t), 30.0);
    vec3 tone = hair * (0.35 + 0.8 * strand + 0.6 * fine);
    light = tone * (facing(normal, 0.25) * key * key_light() + dome(normal)) * (0.6 + 0.4 * fine);
    light += (0.02 + 0.25 * hair) * shine * key * key_light() * fine * max(0, dot(normal, key_direction));
  }
  colour = vec4(shown(light), 1);
}
)";

inline constexpr const char* kPerformerClothShader = R"(
uniform vec3 shirt;
void main() {
  if (r.y + 0.75 * r.z > -1.72 - 0.25 * min(r.x * r.x, 1.0)) discard;
  vec3 normal = normalize(n);
  vec3 cloth = shirt * (0.75 + 0.5 * texture(noise_map, r.xy * 3).g) * (0.9 + 0.2 * texture(noise_map, r.xy * 14).r);
  colour = vec4(shown(cloth * (facing(normal, 0.1) * key * key_light() + dome(normal))), 1);
}
)";

inline constexpr const char* kBackdropVertexShader = R"(#version 330 core
out vec2 place;
void main() {
  place = vec2(gl_VertexID == 1 ? 2 : 0, gl_VertexID == 2 ? 2 : 0);
  gl_Position = vec4(2 * place - 1, 0.9999, 1);
}
)";

inline constexpr const char* kBackdropFragmentShader = R"(
in vec2 place;
uniform sampler2D backdrop;
out vec4 colour;
void main() { colour = vec4(texture(backdrop, place).rgb, 1); }
)";

}  // namespace vividface
