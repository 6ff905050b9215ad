import { Calibration, type Step, type Told } from '../shared/calibration';
import { element } from '../shared/element';

const kShown = 2500; // ms for which the end is shown

/** The buttons that take the person's neutral face and their eyes' ends; what is said meanwhile goes to `tell`. */
export function calibrateByButtons(tell: (text?: string) => void): void {
  const calibration = new Calibration();
  const buttons = [element<HTMLButtonElement>('neutral'), element<HTMLButtonElement>('eyes')];
  const run = async (steps: Step[]): Promise<void> => {
    if (calibration.isRunning) return;
    for (const button of buttons) button.disabled = true;
    const show = ({ text, share }: Told): void => tell(share === undefined ? text : `${text} (${Math.round(100 * share)} %)`);
    for (const step of steps) {
      if (!(await calibration.run(step, show))) break;
    }
    for (const button of buttons) button.disabled = false;
    setTimeout(() => calibration.isRunning || tell(), kShown);
  };
  element('neutral').addEventListener('click', () => void run(['neutral']));
  element('eyes').addEventListener('click', () => void run(['shut', 'wide']));
}
