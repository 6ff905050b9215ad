import { element } from '../shared/element';
import type { RobotView } from './robot_view';

/** The robot beside the pictures. It comes after the rest of the page, which does not wait for it. */
export class Robot {
  private view?: RobotView;
  private newest?: number[];

  constructor() {
    void this.load();
  }

  show(controls: number[]): void {
    this.newest = controls;
    this.view?.show(controls);
  }

  private async load(): Promise<void> {
    const canvas = element<HTMLCanvasElement>('robot');
    try {
      const { RobotView } = await import('./robot_view');
      this.view = await RobotView.load(canvas);
    } catch (error) {
      console.warn(error);
      canvas.hidden = true;
      element('robot-more').textContent = 'The robot cannot be drawn: this browser has no WebGL';
      return;
    }
    element('robot-more').hidden = true;
    const reset = element('robot-reset');
    reset.hidden = false;
    reset.addEventListener('click', () => this.view?.reset());
    if (this.newest !== undefined) this.view.show(this.newest);
  }
}
