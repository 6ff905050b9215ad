import { element, say } from '../shared/element';
import { ask } from '../shared/token';

async function act(path: string, failure: string): Promise<void> {
  const answer = await ask(path, 'POST').catch(() => undefined);
  const box = element('failure');
  box.hidden = answer?.ok === true;
  say(box, box.hidden ? '' : `${failure}: ${answer === undefined ? 'nobody answers' : await answer.text()}`);
}

function stop(): void {
  void act('/stop', 'The stop did not get through');
}

/** Which button a state leaves: nothing is paused that is stopped or not there. The focus goes from the one to the other. */
export function showPause(state: string): void {
  const [pause, start] = [element('pause'), element('start')];
  const hasFocus = [pause, start].some((button) => button === document.activeElement);
  pause.hidden = ['paused', 'stopped', 'connecting', 'not allowed'].includes(state);
  start.hidden = state !== 'paused';
  if (hasFocus) (start.hidden ? pause : start).focus();
}

/** Emergency stop by button and space bar, and its release; pause and start. */
export function operate(): void {
  element('pause').addEventListener('click', () => void act('/pause', 'Not paused'));
  element('start').addEventListener('click', () => void act('/start', 'Not started'));
  element('stop').addEventListener('click', stop);
  element('release').addEventListener('click', () => void act('/release', 'Not released'));
  // Wherever the focus is: on the release button the bar must stop, too, and not press it.
  for (const kind of ['keydown', 'keyup'] as const) {
    window.addEventListener(
      kind,
      (event) => {
        if (event.code !== 'Space') return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (kind === 'keydown' && !event.repeat) stop();
      },
      { capture: true },
    );
  }
}
