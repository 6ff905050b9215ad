import {
  BufferAttribute,
  BufferGeometry,
  ColorManagement,
  GLSL3,
  Mesh,
  PerspectiveCamera,
  RawShaderMaterial,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { RobotPose } from './robot_pose';
import { type Head, headOf } from './robot_rig';

ColorManagement.enabled = false; // the shader's colours are the screen's, as the renderer's are

const kVertexShader = `
in vec3 position, normal, reference;
uniform mat4 modelViewMatrix, projectionMatrix;
out vec3 p, n, r;
void main() {
  p = position;
  n = normal;
  r = reference;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`;

/** The virtual robot in 3D, drawn by the renderer's own shader whenever a pose or the view changes. */
export class RobotView {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera: PerspectiveCamera;
  private readonly orbit: OrbitControls;
  private readonly pose: RobotPose;
  private readonly position: BufferAttribute;
  private readonly normal: BufferAttribute;
  private readonly uniforms;
  private isAsked = false;

  /** Throws where the browser has no WebGL. */
  static async load(canvas: HTMLCanvasElement): Promise<RobotView> {
    const file = await new GLTFLoader().loadAsync('/robot.glb');
    return new RobotView(canvas, headOf(file.scene));
  }

  private constructor(
    private readonly canvas: HTMLCanvasElement,
    head: Head,
  ) {
    const { view, light } = head.rig.look;
    this.renderer = new WebGLRenderer({ canvas, antialias: true });
    this.renderer.setClearColor(rgb(light.background));
    this.camera = new PerspectiveCamera(view.field_of_view, 1, 0.5, 100);
    this.camera.position.set(...view.target).add(new Vector3(0, 0, view.distance));
    this.orbit = new OrbitControls(this.camera, canvas);
    this.orbit.target.set(...view.target);
    this.orbit.enablePan = false;
    this.orbit.minDistance = view.distance / 3;
    this.orbit.maxDistance = 2 * view.distance;
    this.orbit.listenToKeyEvents(canvas);
    this.orbit.update();
    this.orbit.saveState();
    this.orbit.addEventListener('change', () => this.ask());

    this.pose = new RobotPose(head);
    this.position = new BufferAttribute(this.pose.positions, 3);
    this.normal = new BufferAttribute(this.pose.normals, 3);
    const key = new Vector3(...light.key_direction).normalize();
    const fill = new Vector3(-key.x, 0.1, key.z).normalize();
    this.uniforms = {
      camera: { value: this.camera.position },
      light: { value: [key, new Vector3(...light.strengths), fill] },
      eye_centre: { value: this.pose.eyeCentre },
      gaze: { value: [this.pose.gaze, this.pose.gaze] },
      wrinkles: { value: this.pose.wrinkles },
      background: { value: new Vector3(...light.background) },
    };
    this.addParts(head);
    this.show(head.rig.controls.map(({ neutral }) => neutral));
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  show(controls: readonly number[]): void {
    this.pose.pose(controls);
    this.position.needsUpdate = true;
    this.normal.needsUpdate = true;
    this.ask();
  }

  /** The view as it was at first. */
  reset(): void {
    this.orbit.reset();
  }

  private addParts({ rig: { look }, reference, parts }: Head): void {
    for (const { material, triangles } of parts) {
      const geometry = new BufferGeometry();
      geometry.setAttribute('position', this.position);
      geometry.setAttribute('normal', this.normal);
      geometry.setAttribute('reference', new BufferAttribute(reference, 3));
      geometry.setIndex(new BufferAttribute(triangles, 1));
      const mesh = new Mesh(
        geometry,
        new RawShaderMaterial({
          glslVersion: GLSL3,
          vertexShader: kVertexShader,
          fragmentShader: `precision highp float;\n#define MATERIAL ${look.materials[material]}\n${look.fragment_shader}`,
          uniforms: this.uniforms,
        }),
      );
      mesh.frustumCulled = false; // its bounds would be those of the first pose
      this.scene.add(mesh);
    }
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.ask();
  }

  // Once a screen's frame, however many poses come.
  private ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.renderer.render(this.scene, this.camera);
    });
  }
}

function rgb(colour: readonly number[]): number {
  return colour.reduce((sum, share) => 256 * sum + Math.round(255 * share), 0);
}
