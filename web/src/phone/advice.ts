import type { Connection } from '../shared/live_socket';
import type { FrameAnswer } from './frame_stream';

const kDark = 45; // mean of 0…255 below which skin is hard to see
const kFar = 0.2; // of the picture's height, below which wrinkles are too few pixels
const kLong = 600; // ms without a face before the person is told

/** Says in one line what the person should know now. */
export class Advice {
  private connection: Connection = 'connecting';
  private answer?: FrameAnswer;
  private faceSeen = 0; // ms
  private light = 255;
  private faceHeight?: number; // 0…1 of the picture's

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

  /** `height` of the face that is followed, 0…1 of the picture's; nothing where none is known. */
  sized(height: number | undefined): void {
    this.faceHeight = height;
  }

  get hasFace(): boolean {
    return this.connection === 'open' && performance.now() - this.faceSeen < kLong;
  }

  get text(): string {
    if (this.connection === 'refused') return 'This link is not valid any more. Scan the code again.';
    if (this.connection === 'connecting') return 'Connecting';
    if (this.answer === undefined) return 'Look into the camera';
    if (this.answer.reason === 'stopped') return 'The robot is stopped';
    if (!this.hasFace) return this.light < kDark ? 'It is too dark. Turn towards a light.' : 'Show your whole face';
    if (this.answer.frame === 'refused') return `Not taken: ${this.answer.reason ?? 'no reason given'}`;
    if (this.answer.reason?.startsWith('calibrating')) return this.calibration(this.answer.reason);
    if (this.light < kDark) return 'It is rather dark. Turn towards a light.';
    if (this.faceHeight !== undefined && this.faceHeight < kFar) return 'You are far away. Come nearer.';
    return this.answer.frame === 'shadowed' ? 'The robot follows you' : 'One moment';
  }

  private calibration(reason: string): string {
    const wanted = reason.replace(/^calibrating:?\s*/, '');
    return wanted === '' ? 'Look straight ahead, relaxed' : `Look straight ahead, relaxed: ${wanted}`;
  }
}
