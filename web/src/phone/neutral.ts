import { element } from '../shared/element';
import { followedFace } from '../shared/faces';
import { ask } from '../shared/token';

const kSeconds = 3; // to relax in
const kTries = 20;
const kBetweenTries = 200; // ms

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** The button that takes the person's neutral face anew, after a countdown; what is said meanwhile goes to `tell`. */
export function neutralButton(tell: (text?: string) => void): void {
  const button = element<HTMLButtonElement>('neutral');
  button.addEventListener('click', () => {
    button.disabled = true;
    void retake(tell).finally(() => (button.disabled = false));
  });
}

async function retake(tell: (text?: string) => void): Promise<void> {
  for (let left = kSeconds; left > 0; --left) {
    tell(`Relax and look straight ahead: ${left}`);
    await wait(1000);
  }
  if (!(await begunAnew())) {
    tell('That did not work: show your whole face, and try again');
    await wait(2000);
  }
  tell();
}

// To choose the same person again is to begin with them anew. A face may be lost for a moment, or move between the two requests.
async function begunAnew(): Promise<boolean> {
  for (let tries = kTries; tries > 0; --tries) {
    const face = await followedFace();
    if (face !== undefined) {
      const answer = await ask(`/person?x=${face.x + face.width / 2}&y=${face.y + face.height / 2}`, 'POST').catch(() => undefined);
      if (answer?.ok === true) return true;
    }
    await wait(kBetweenTries);
  }
  return false;
}
