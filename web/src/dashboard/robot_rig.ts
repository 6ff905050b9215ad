import type { BufferGeometry, Mesh, Object3D } from 'three';

/** What robot.glb says in its extras (src/render/robot_gltf.h): how the 30 controls move the head. */
export interface Rig {
  controls: { min: number; max: number; neutral: number }[];
  drives: { weight: Curve; times?: Curve }[];
  folds: { wrinkle: number; depth: Curve }[];
  lids: [vertex: number, side: number, leastDistance: number][];
  eyes: {
    centre: [Point, Point];
    phi: number;
    theta: number;
    yaw_per_degree: number;
    up_per_degree: number;
    down_per_degree: number;
  };
  head: Joint;
  neck: Joint;
  look: Look;
}

export type Point = [number, number, number];

export interface Curve {
  control: number;
  points: [value: number, weight: number][];
}

export interface Joint {
  at: Point;
  yaw?: number;
  pitch: number;
  roll: number;
}

export interface Look {
  view: { distance: number; field_of_view: number; target: Point };
  light: { key_direction: Point; strengths: Point; background: Point };
  materials: Record<string, number>;
  fragment_shader: string;
}

/** A displacement of some vertices. */
export interface Shape {
  vertices: Uint16Array;
  offsets: Float32Array; // three a vertex
}

export interface Head {
  rig: Rig;
  rest: Float32Array; // three a vertex, as the others below
  reference: Float32Array;
  shapes: Shape[]; // one a drive
  neckWeight: Float32Array; // one a vertex
  headWeight: Float32Array;
  parts: { material: string; triangles: Uint16Array }[];
}

/** The head in a loaded robot.glb. */
export function headOf(scene: Object3D): Head {
  const meshes: Mesh[] = [];
  scene.traverse((node) => {
    if ((node as Mesh).isMesh === true) meshes.push(node as Mesh);
  });
  const [first] = meshes;
  if (first === undefined) throw new Error('robot.glb has no mesh');
  const { geometry } = first;
  const weights = numbers(geometry, 'skinWeight');
  return {
    rig: scene.userData.vividface as Rig,
    rest: numbers(geometry, 'position'),
    reference: numbers(geometry, '_reference'),
    shapes: (geometry.morphAttributes.position ?? []).map((target) => sparse(target.array as Float32Array)),
    neckWeight: Float32Array.from({ length: weights.length / 4 }, (_, v) => (weights[4 * v + 1] ?? 0) + (weights[4 * v + 2] ?? 0)),
    headWeight: Float32Array.from({ length: weights.length / 4 }, (_, v) => weights[4 * v + 2] ?? 0),
    parts: meshes.map((mesh) => ({
      material: [mesh.material].flat()[0]?.name ?? '',
      triangles: mesh.geometry.index?.array as Uint16Array,
    })),
  };
}

function numbers(geometry: BufferGeometry, name: string): Float32Array {
  return geometry.getAttribute(name).array as Float32Array;
}

// The loader writes a sparse target out in full.
function sparse(dense: Float32Array): Shape {
  const vertices: number[] = [];
  const offsets: number[] = [];
  for (let v = 0; v < dense.length / 3; ++v) {
    const offset = dense.subarray(3 * v, 3 * v + 3);
    if (offset.every((x) => x === 0)) continue;
    vertices.push(v);
    offsets.push(...offset);
  }
  return { vertices: Uint16Array.from(vertices), offsets: Float32Array.from(offsets) };
}
