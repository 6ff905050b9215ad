import { ask } from './token';

export type Step = 'neutral' | 'shut' | 'wide';

/** GET /calibration (docs/serve.md) */
export interface CalibrationState {
  step: Step | null;
  progress: 'none' | 'going on' | 'done' | 'failed';
  share: number; // of the time that has been collected, 0…1
  advice: string;
  in_force: { neutral: boolean; shut: boolean; wide: boolean };
}

export interface Told {
  text: string;
  share?: number;
}

const kSeconds = 3; // to get ready in
const kBetweenLooks = 200; // ms
const kNoFrames = 4000; // ms without any change after which nothing comes in

const kInstructions: Record<Step, string> = {
  neutral: 'Relax and look straight ahead',
  shut: 'Shut your eyes until you hear the tone',
  wide: 'Open your eyes wide',
};
const kDone: Record<Step, string> = {
  neutral: 'The neutral face is taken.',
  shut: 'The shut eyes are taken.',
  wide: 'The wide eyes are taken.',
};

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** What is in force; nothing where nobody answers. */
export async function calibrationState(path = '/calibration', method: 'GET' | 'POST' | 'DELETE' = 'GET'): Promise<CalibrationState | undefined> {
  const answer = await ask(path, method).catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as CalibrationState) : undefined;
}

/** Calibrates a person step by step: a countdown, then the service collects frames until they are good, or says why not. */
export class Calibration {
  private running = false;
  private isCancelled = false;

  get isRunning(): boolean {
    return this.running;
  }

  /** Whether it is done; `tell` is told what the person should know, the end included. */
  async run(step: Step, tell: (told: Told) => void): Promise<boolean> {
    this.running = true;
    this.isCancelled = false;
    const failure = await this.collect(step, tell);
    this.running = false;
    tell({ text: failure === undefined ? kDone[step] : `Not taken: ${failure}. Try again.` });
    sound(failure === undefined);
    return failure === undefined;
  }

  cancel(): void {
    this.isCancelled = this.running;
  }

  // Why it failed.
  private async collect(step: Step, tell: (told: Told) => void): Promise<string | undefined> {
    const instruction = kInstructions[step];
    for (let left = kSeconds; left > 0 && !this.isCancelled; --left) {
      tell({ text: `${instruction}: ${left}` });
      await wait(1000);
    }
    let last = '';
    let changed = performance.now();
    for (let method: 'POST' | 'GET' = 'POST'; !this.isCancelled; method = 'GET') {
      const state = await calibrationState(method === 'POST' ? `/calibration?step=${step}` : '/calibration', method);
      if (state === undefined) return 'the service does not answer';
      if (state.step !== step || state.progress === 'none') return 'another step was begun elsewhere';
      if (state.progress === 'done') return undefined;
      if (state.progress === 'failed') return state.advice;
      const now = `${state.share} ${state.advice}`;
      if (now !== last) [last, changed] = [now, performance.now()];
      if (state.advice === '' && performance.now() - changed > kNoFrames) {
        await calibrationState('/calibration', 'DELETE');
        return 'no frames come in';
      }
      tell({ text: state.advice === '' ? instruction : `${instruction}: ${state.advice}`, share: state.share });
      await wait(kBetweenLooks);
    }
    await calibrationState('/calibration', 'DELETE');
    return 'it was cancelled';
  }
}

/** For who has their eyes shut. */
function sound(isGood: boolean): void {
  try {
    const context = new AudioContext();
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = isGood ? 880 : 330;
    volume.gain.value = 0.1;
    tone.connect(volume).connect(context.destination);
    tone.onended = () => void context.close();
    tone.start();
    tone.stop(context.currentTime + 0.25);
  } catch {
    // a browser without sound: the text is there
  }
}
