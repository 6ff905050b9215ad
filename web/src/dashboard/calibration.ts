import { Calibration, type CalibrationState, calibrationState, type Step, type Told } from '../shared/calibration';
import { element, say } from '../shared/element';
import { KeptPeople } from '../shared/people';

const kPeriod = 2000; // ms between looks at what is in force

const kNames: Record<Step, string> = { neutral: 'neutral face', shut: 'shut eyes', wide: 'wide eyes' };
const kSteps: Step[] = ['neutral', 'shut', 'wide'];

/** Takes the followed person's neutral face and their eyes' ends anew, and keeps them by name. */
export class CalibrationPanel {
  private readonly calibration = new Calibration();
  private readonly people = new KeptPeople();
  private readonly bar = element<HTMLProgressElement>('calibration-share');
  private readonly cancel = element('calibration-cancel');

  constructor() {
    for (const step of kSteps) element(`calibrate-${step}`).addEventListener('click', () => void this.run([step]));
    element('calibrate-all').addEventListener('click', () => void this.run(kSteps));
    this.cancel.addEventListener('click', () => this.calibration.cancel());
    void this.look();
    setInterval(() => void this.look(), kPeriod);
  }

  // The buttons are not disabled meanwhile, which would take the focus from them.
  private async run(steps: Step[]): Promise<void> {
    if (this.calibration.isRunning) return;
    this.cancel.hidden = false;
    for (const step of steps) {
      if (!(await this.calibration.run(step, (told) => this.tell(told)))) break;
    }
    if (this.cancel === document.activeElement) element('calibrate-all').focus();
    this.cancel.hidden = true;
    await this.look();
  }

  private tell({ text, share }: Told): void {
    say(element('calibration-said'), text);
    this.bar.hidden = share === undefined;
    this.bar.value = share ?? 0;
  }

  private async look(): Promise<void> {
    if (document.visibilityState !== 'visible' || this.calibration.isRunning) return;
    await this.people.look();
    const state = await calibrationState();
    if (state !== undefined) say(element('calibration-in-force'), inForce(state, this.people.inForce));
  }
}

function inForce({ in_force }: CalibrationState, person: string): string {
  if (!in_force.neutral) return 'There is no neutral face yet.';
  const taken = kSteps.filter((step) => in_force[step]).map((step) => kNames[step]);
  const usual = kSteps.filter((step) => !in_force[step]).map((step) => kNames[step]);
  return `In force${person === '' ? '' : `, of ${person}`}: ${taken.join(', ')}${usual.length === 0 ? '' : `; judged from the open eye: ${usual.join(', ')}`}.`;
}
