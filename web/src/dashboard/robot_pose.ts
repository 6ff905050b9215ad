import { MathUtils, Matrix4, Vector3 } from 'three';
import type { Curve, Head, Joint } from './robot_rig';

const kWrinkles = 12;

/** The head under some controls: VirtualRobot::pose of src/robot/virtual_robot.cpp, step by step. */
export class RobotPose {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly wrinkles = new Float32Array(kWrinkles);
  readonly eyeCentre: [Vector3, Vector3] = [new Vector3(), new Vector3()];
  readonly gaze = new Vector3();

  constructor(private readonly head: Head) {
    this.positions = new Float32Array(head.rest.length);
    this.normals = new Float32Array(head.rest.length);
  }

  pose(given: readonly number[]): void {
    const { rig, rest } = this.head;
    const controls = rig.controls.map(({ min, max, neutral }, i) => {
      const value = given[i];
      return value !== undefined && Number.isFinite(value) ? MathUtils.clamp(value, min, max) : neutral;
    });
    this.positions.set(rest);
    this.deform(controls);
    this.keepLidsOffTheEyeballs();
    this.wrinkles.fill(0);
    for (const { wrinkle, depth } of rig.folds) this.wrinkles[wrinkle] = (this.wrinkles[wrinkle] ?? 0) + at(depth, controls);
    for (let i = 0; i < kWrinkles; ++i) this.wrinkles[i] = MathUtils.clamp(this.wrinkles[i] ?? 0, 0, 1);
    this.turn(controls);
    this.findNormals();
  }

  private deform(controls: readonly number[]): void {
    this.head.rig.drives.forEach(({ weight, times }, i) => {
      const shape = this.head.shapes[i];
      const much = at(weight, controls) * (times === undefined ? 1 : at(times, controls));
      if (shape === undefined || much === 0) return;
      shape.vertices.forEach((v, k) => {
        for (let axis = 0; axis < 3; ++axis) {
          this.positions[3 * v + axis] = (this.positions[3 * v + axis] ?? 0) + much * (shape.offsets[3 * k + axis] ?? 0);
        }
      });
    });
  }

  private keepLidsOffTheEyeballs(): void {
    const point = new Vector3();
    const centres = this.head.rig.eyes.centre.map((centre) => new Vector3(...centre));
    for (const [vertex, side, leastDistance] of this.head.rig.lids) {
      const centre = centres[side] ?? point;
      point.fromArray(this.positions, 3 * vertex).sub(centre);
      const distance = point.length();
      if (distance < leastDistance) point.multiplyScalar(leastDistance / distance).add(centre).toArray(this.positions, 3 * vertex);
    }
  }

  private turn(controls: readonly number[]): void {
    const { rig, headWeight, neckWeight } = this.head;
    const degrees = (control: number | undefined): number => (control === undefined ? 0 : (controls[control] ?? 0));
    const { eyes } = rig;
    const theta = degrees(eyes.theta);
    const gaze = rotation(eyes.yaw_per_degree * degrees(eyes.phi), (theta > 0 ? eyes.up_per_degree : eyes.down_per_degree) * theta, 0);
    const ofJoint = ({ yaw, pitch, roll }: Joint): Matrix4 => rotation(degrees(yaw), degrees(pitch), degrees(roll));
    const head = about(rig.head, ofJoint(rig.head));
    const neck = about(rig.neck, ofJoint(rig.neck));
    const [point, turned] = [new Vector3(), new Vector3()];
    const skin = (headShare: number, neckShare: number): void => {
      if (headShare > 0) point.lerp(turned.copy(point).applyMatrix4(head), headShare);
      if (neckShare > 0) point.lerp(turned.copy(point).applyMatrix4(neck), neckShare);
    };
    for (let v = 0; v < headWeight.length; ++v) {
      point.fromArray(this.positions, 3 * v);
      skin(headWeight[v] ?? 0, neckWeight[v] ?? 0);
      point.toArray(this.positions, 3 * v);
    }
    eyes.centre.forEach((centre, side) => {
      point.set(...centre);
      skin(1, 1);
      this.eyeCentre[side]?.copy(point);
    });
    this.gaze.set(0, 0, 1).transformDirection(gaze).transformDirection(head).transformDirection(neck);
  }

  private findNormals(): void {
    this.normals.fill(0);
    const [a, b, c, normal] = [new Vector3(), new Vector3(), new Vector3(), new Vector3()];
    for (const { triangles } of this.head.parts) {
      for (let i = 0; i < triangles.length; i += 3) {
        const corners = triangles.subarray(i, i + 3);
        a.fromArray(this.positions, 3 * (corners[0] ?? 0));
        b.fromArray(this.positions, 3 * (corners[1] ?? 0)).sub(a);
        c.fromArray(this.positions, 3 * (corners[2] ?? 0)).sub(a);
        b.cross(c);
        corners.forEach((v) => normal.fromArray(this.normals, 3 * v).add(b).toArray(this.normals, 3 * v));
      }
    }
    for (let i = 0; i < this.normals.length; i += 3) normal.fromArray(this.normals, i).normalize().toArray(this.normals, i);
  }
}

function at({ control, points }: Curve, controls: readonly number[]): number {
  const value = controls[control] ?? 0;
  let before = points[0];
  for (const point of points) {
    if (value <= point[0] || before === undefined) {
      if (before === undefined || point[0] === before[0]) return point[1];
      return before[1] + ((point[1] - before[1]) * (value - before[0])) / (point[0] - before[0]);
    }
    before = point;
  }
  return before?.[1] ?? 0;
}

function rotation(yaw: number, pitch: number, roll: number): Matrix4 {
  const turn = (degrees: number): number => MathUtils.degToRad(degrees);
  return new Matrix4()
    .makeRotationY(turn(yaw))
    .multiply(new Matrix4().makeRotationX(-turn(pitch)))
    .multiply(new Matrix4().makeRotationZ(-turn(roll)));
}

function about({ at: [x, y, z] }: Joint, turn: Matrix4): Matrix4 {
  return new Matrix4().makeTranslation(x, y, z).multiply(turn).multiply(new Matrix4().makeTranslation(-x, -y, -z));
}
