import { element, say } from '../shared/element';
import { ask } from '../shared/token';

interface Engine {
  name: string;
  about: string;
  available: boolean;
  reason?: string;
  running: boolean;
}

/** Which engines there are, which one runs, and why the others cannot. */
export async function showEngines(): Promise<void> {
  const answer = await ask('/engines').catch(() => undefined);
  if (answer?.ok !== true) return;
  const { engines } = (await answer.json()) as { engines: Engine[] };
  const select = element<HTMLSelectElement>('engine');
  select.replaceChildren(
    ...engines.map(({ name, available, running }) =>
      Object.assign(document.createElement('option'), { value: name, textContent: available ? name : `${name} (not here)`, disabled: !available, selected: running }),
    ),
  );
  const list = element('engine-more');
  list.replaceChildren(
    ...engines.map(({ name, about, reason }) => {
      const line = document.createElement('li');
      line.append(Object.assign(document.createElement('strong'), { textContent: name }), `: ${about}${reason === undefined ? '' : `. Not here: ${reason}`}.`);
      return line;
    }),
  );
  const choices = engines.filter(({ available }) => available).length;
  say(element('engine-hint'), choices < 2 ? 'The engine is chosen when the service is started.' : '');
}
