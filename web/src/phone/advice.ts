import type { Connection } from '../shared/live_socket';
import type { Face } from '../shared/faces';
import type { FrameAnswer } from './frame_stream';

const kDark = 45; // mean of 0…255 below which skin is hard to see
const kFar = 0.2; // of the picture's height, below which wrinkles are too few pixels
const kTurned = 30; // degrees of yaw beyond which half of the face is hidden
const kTilted = 25; // degrees of pitch
const kKnown = 5000; // ms for which what is known of a face holds
const kLong = 600; // ms without a face before the person is told

/** Says in one line what the person should know now. */
export class Advice {
  private connection: Connection = 'connecting';
  private answer?: FrameAnswer;
  private faceSeen = 0; // ms
  private light = 255;
  private face?: Face;
  private faceKnown = -Infinity; // ms

  connected(state: Connection): void {
    this.connection = state;
    this.answer = undefined;
  }

  answered(answer: FrameAnswer): void {
    if (answer.frame === 'superseded') return;
    this.answer = answer;
    if (answer.frame === 'shadowed' || answer.frame === 'taken') this.faceSeen = performance.now();
  }

  lit(light: number): void {
    this.light = light;
  }

  /** The face that is followed. */
  seen(face: Face): void {
    this.face = face;
    this.faceKnown = performance.now();
  }

  get hasFace(): boolean {
    return this.connection === 'open' && performance.now() - this.faceSeen < kLong;
  }

  get text(): string {
    if (this.connection === 'refused') return 'This link is not valid any more. Scan the code again.';
    if (this.connection === 'connecting') return 'Connecting';
    if (this.answer === undefined) return 'Look into the camera';
    if (this.answer.reason === 'stopped') return 'The robot is stopped';
    if (this.answer.reason === 'paused') return 'The robot is paused';
    if (this.answer.frame === 'refused') return `Not taken: ${this.answer.reason ?? 'no reason given'}`; // nobody looked for a face
    if (!this.hasFace) return this.light < kDark ? 'It is too dark. Turn towards a light.' : (this.turned ?? 'Show your whole face');
    if (this.answer.reason?.startsWith('calibrating')) return this.calibration(this.answer.reason);
    if (this.light < kDark) return 'It is rather dark. Turn towards a light.';
    if (this.turned !== undefined) return this.turned;
    if ((this.knownFace?.height ?? 1) < kFar) return 'You are far away. Come nearer.';
    return this.answer.frame === 'shadowed' ? 'The robot follows you' : 'One moment';
  }

  private get knownFace(): Face | undefined {
    return performance.now() - this.faceKnown < kKnown ? this.face : undefined;
  }

  // One that is lost was turned as it was last.
  private get turned(): string | undefined {
    const { yaw = 0, pitch = 0 } = this.knownFace ?? {};
    if (Math.abs(yaw) > kTurned) return 'You are turned away. Look into the camera.';
    if (pitch > kTilted) return 'Your chin is low. Look into the camera.';
    return pitch < -kTilted ? 'Your chin is high. Look into the camera.' : undefined;
  }

  private calibration(reason: string): string {
    const wanted = reason.replace(/^calibrating:?\s*/, '');
    return wanted === '' ? 'Look straight ahead, relaxed' : `Look straight ahead, relaxed: ${wanted}`;
  }
}
