import { element, say } from '../shared/element';
import { ask } from '../shared/token';
import { ControlBars } from './controls';
import { Recording } from './recording';
import type { RobotView } from './robot_view';
import type { ServiceMessage } from './service';

/** A recording to look at: the person's frames, the robot in 3D, its controls, and a time line. Nothing is sent to the robot. */
export class Replay {
  private readonly slider = element<HTMLInputElement>('replay-at');
  private readonly play = element<HTMLButtonElement>('replay-play');
  private readonly picture = element<HTMLImageElement>('replay-person');
  private bars?: ControlBars;
  private robot?: RobotView;
  private recording?: Recording;
  private time = 0; // s
  private playedSince?: number; // ms of the screen's clock at which `time` was 0
  private isShowing = false;
  private shownFrame?: number;

  constructor() {
    this.slider.addEventListener('input', () => this.seek(Number(this.slider.value)));
    this.play.addEventListener('click', () => (this.playedSince === undefined ? this.start() : this.pause()));
    element('replay-csv').addEventListener('click', () => void this.save());
  }

  /** `controls`: what describes them. Throws an Error that says why the recording cannot be read. */
  async open(name: string, controls: ServiceMessage | undefined): Promise<void> {
    this.close();
    const recording = await Recording.open(name);
    this.recording = recording;
    const { duration_s, frames, missing, started_unix } = recording.about;
    this.slider.max = String(duration_s);
    say(element('replay-about'), `${new Date(1000 * started_unix).toLocaleString()}, ${frames.length} frames${missing > 0 ? `, ${missing} missing` : ''}`);
    element('replay').hidden = false;
    this.bars ??= describedBars(controls);
    void this.loadRobot();
    this.seek(0);
  }

  close(): void {
    this.pause();
    this.recording = undefined;
    this.shownFrame = undefined;
    this.picture.hidden = true;
    element('replay').hidden = true;
  }

  private start(): void {
    const end = this.recording?.about.duration_s ?? 0;
    if (this.time >= end) this.time = 0;
    this.playedSince = performance.now() - 1000 * this.time;
    say(this.play, 'Hold');
    requestAnimationFrame(() => this.tick());
  }

  private pause(): void {
    this.playedSince = undefined;
    say(this.play, 'Play');
  }

  private tick(): void {
    if (this.playedSince === undefined || this.recording === undefined) return;
    this.time = Math.min((performance.now() - this.playedSince) / 1000, this.recording.about.duration_s);
    this.slider.value = String(this.time);
    void this.show();
    if (this.time >= this.recording.about.duration_s) this.pause();
    else requestAnimationFrame(() => this.tick());
  }

  private seek(time: number): void {
    this.time = time;
    this.slider.value = String(time);
    if (this.playedSince !== undefined) this.playedSince = performance.now() - 1000 * time;
    void this.show();
  }

  // One at a time: what comes meanwhile is shown after it, and the newest alone.
  private async show(): Promise<void> {
    if (this.isShowing) return;
    this.isShowing = true;
    try {
      for (let shown: number | undefined; shown !== this.time && this.recording !== undefined; ) {
        shown = this.time;
        await this.showAt(this.recording, shown);
      }
      say(element('replay-failure'), '');
    } catch (error) {
      this.pause();
      say(element('replay-failure'), `It cannot be read: ${(error as Error).message}`);
    } finally {
      this.isShowing = false;
    }
  }

  private async showAt(recording: Recording, time: number): Promise<void> {
    const frame = recording.frameAt(time);
    const isNew = frame !== undefined && frame !== this.shownFrame;
    const [pose, picture] = await Promise.all([recording.poseAt(time), isNew ? recording.picture(frame) : undefined]);
    if (recording !== this.recording) return;
    if (pose !== undefined) {
      this.bars?.show(pose.controls);
      this.robot?.show(pose.controls);
    }
    if (picture !== undefined) {
      URL.revokeObjectURL(this.picture.src);
      this.picture.src = URL.createObjectURL(picture);
    }
    this.picture.hidden = frame === undefined;
    this.shownFrame = frame;
    this.slider.setAttribute('aria-valuetext', `${time.toFixed(1)} of ${recording.about.duration_s.toFixed(1)} seconds`);
    say(element('replay-time'), `${time.toFixed(1)} / ${recording.about.duration_s.toFixed(1)} s`);
    say(element('replay-state'), pose?.state ?? '');
  }

  private async loadRobot(): Promise<void> {
    if (this.robot !== undefined) return;
    try {
      const { RobotView } = await import('./robot_view');
      this.robot = await RobotView.load(element<HTMLCanvasElement>('replay-robot'));
      const pose = await this.recording?.poseAt(this.time);
      if (pose !== undefined) this.robot.show(pose.controls);
    } catch (error) {
      console.warn(error);
      element('replay-robot').hidden = true;
    }
  }

  private async save(): Promise<void> {
    if (this.recording === undefined) return;
    const { path, about } = this.recording;
    const answer = await ask(`${path}/controls.csv`).catch(() => undefined);
    if (answer?.ok !== true) return say(element('replay-failure'), 'The controls cannot be had.');
    const href = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement('a'), { href, download: about.name.replace(/\.vvf$/, '.csv') }).click();
    URL.revokeObjectURL(href);
  }
}

function describedBars(controls: ServiceMessage | undefined): ControlBars {
  const bars = new ControlBars(element('replay-controls'));
  if (controls !== undefined) bars.describe(controls);
  return bars;
}
