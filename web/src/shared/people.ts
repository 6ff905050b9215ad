import { element, say } from './element';
import { ask } from './token';

/** GET /people (docs/serve.md) */
interface Kept {
  folder: boolean;
  in_force: string;
  people: string[];
}

const kName = /^[A-Za-z0-9_-]{1,32}$/;

/** Who is kept by name: what is in force is kept, or used again. The page has the elements #kept… */
export class KeptPeople {
  private readonly choice = element<HTMLSelectElement>('kept-choice');
  private readonly name = element<HTMLInputElement>('kept-name');
  private kept: Kept = { folder: false, in_force: '', people: [] };

  constructor() {
    element('kept-use').addEventListener('click', () => void this.act('POST', this.choice.value, 'is used from the next frame on'));
    element('kept-forget').addEventListener('click', () => void this.act('DELETE', this.choice.value, 'is forgotten'));
    element('kept-keep').addEventListener('click', () => void this.keep());
    this.name.addEventListener('input', () => this.offer());
    void this.look();
  }

  get inForce(): string {
    return this.kept.in_force;
  }

  async look(): Promise<void> {
    this.take(await ask('/people').catch(() => undefined));
  }

  private async keep(): Promise<void> {
    const name = this.name.value.trim();
    if (!kName.test(name)) return say(element('kept-more'), 'A name has 1 to 32 letters, digits, - and _.');
    await this.act('PUT', name, 'is kept');
  }

  private async act(method: 'PUT' | 'POST' | 'DELETE', name: string, done: string): Promise<void> {
    const answer = await ask(`/people/${name}`, method).catch(() => undefined);
    const reason = answer === undefined ? 'nobody answers' : answer.ok ? undefined : await answer.clone().text();
    await this.take(answer);
    if (method === 'PUT' && reason === undefined) this.choice.value = name;
    say(element('kept-more'), reason === undefined ? `${name} ${done}.` : `Not done: ${reason}.`);
  }

  private async take(answer?: Response): Promise<void> {
    if (answer?.ok !== true) return;
    this.kept = (await answer.json()) as Kept;
    const { folder, people } = this.kept;
    element('kept').hidden = !folder;
    element('kept-none').hidden = folder;
    element('kept-chosen').hidden = people.length === 0;
    if (this.choice.dataset.names !== people.join()) {
      const before = this.choice.value;
      this.choice.dataset.names = people.join();
      this.choice.replaceChildren(...people.map((name) => new Option(name, name)));
      if (people.includes(before)) this.choice.value = before;
    }
    this.offer();
  }

  // Whose place is taken is said before it is.
  private offer(): void {
    const name = this.name.value.trim();
    say(element('kept-keep'), this.kept.people.includes(name) ? `Replace ${name}` : 'Keep');
  }
}
