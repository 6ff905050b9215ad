import { element, say } from '../shared/element';
import { ask } from '../shared/token';

interface Engine {
  name: string;
  about: string;
  available: boolean;
  reason?: string;
  running: boolean;
}

interface Engines {
  engines: Engine[];
  loading: string | null;
}

const kPeriod = 1000; // ms between looks while an engine is loaded
const kLongPeriod = 5000;

/** Which engine makes the expression: another one is chosen here, where there are several; and why one cannot be had. */
export class EnginePanel {
  private readonly select = element<HTMLSelectElement>('engine');
  private isAsking = false;
  private looks = 0;
  private timer?: ReturnType<typeof setTimeout>;

  constructor() {
    this.select.addEventListener('change', () => void this.choose(this.select.value));
    void this.look();
  }

  private async choose(name: string): Promise<void> {
    const hadFocus = document.activeElement === this.select;
    this.isAsking = true;
    this.select.disabled = true;
    this.fail('');
    say(element('engine-hint'), loads(name));
    const answer = await ask('/engine', 'POST', { text: JSON.stringify({ name }), type: 'application/json' }).catch(() => undefined);
    this.isAsking = false;
    if (answer?.ok !== true) this.fail(answer === undefined ? 'Nobody answers: what runs is shown when somebody does.' : `Not changed: ${await answer.text().catch(() => 'no reason came')}`);
    this.select.disabled = false;
    this.select.dataset.shown = ''; // what is chosen is what runs
    say(element('engine-hint'), answer?.ok === true ? `${name} makes the expression now. The neutral face is taken anew.` : '');
    await this.look();
    if (hadFocus && document.activeElement === document.body) this.select.focus(); // being disabled took it
  }

  private fail(text: string): void {
    say(element('engine-failure'), text);
  }

  private async look(): Promise<void> {
    const look = ++this.looks;
    let listed: Engines | undefined;
    if (document.visibilityState === 'visible' && !this.isAsking) {
      const answer = await ask('/engines').catch(() => undefined);
      if (answer?.ok === true) listed = (await answer.json().catch(() => undefined)) as Engines | undefined;
    }
    if (look !== this.looks) return; // a newer one knows better
    if (listed !== undefined && !this.isAsking) this.show(listed);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), this.select.disabled ? kPeriod : kLongPeriod);
  }

  // Only when it changed, so that an open list is left alone.
  private show(listed: Engines): void {
    const { engines, loading } = listed;
    const shown = JSON.stringify(listed);
    if (this.select.dataset.shown === shown) return;
    const wasLoading = this.select.disabled;
    this.select.dataset.shown = shown;
    this.select.disabled = loading !== null;
    this.select.replaceChildren(
      ...engines.map(({ name, available, running }) =>
        Object.assign(document.createElement('option'), { value: name, textContent: available ? name : `${name} (not here)`, disabled: !available, selected: running }),
      ),
    );
    element('engine-more').replaceChildren(
      ...engines.map(({ name, about, reason }) => {
        const line = document.createElement('li');
        line.append(Object.assign(document.createElement('strong'), { textContent: name }), `: ${about}.${reason === undefined ? '' : ` Not here: ${reason}.`}`);
        return line;
      }),
    );
    if (loading !== null) say(element('engine-hint'), loads(loading)); // another page has chosen it
    else if (engines.filter(({ available }) => available).length < 2) say(element('engine-hint'), 'There is no other engine here.');
    else if (wasLoading) say(element('engine-hint'), '');
  }
}

function loads(name: string): string {
  return `Loading ${name}. The engine before goes on until it is there.`;
}
