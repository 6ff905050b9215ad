import './profile.css';
import { element, say } from '../shared/element';
import { ask } from '../shared/token';
import { History } from './history';
import { type Choices, kNothing, type Profile, type ProfileState, withPreset } from './profile';
import { ProfileRegions } from './profile_regions';
import { ProfileService } from './profile_service';

/** The panel of the profile, where the service has one. */
export async function showProfile(): Promise<void> {
  const choices = await ProfileService.choices();
  if (choices === undefined) return;
  new ProfilePanel(choices);
  element('profile').hidden = false;
}

class ProfilePanel {
  private history = new History<Profile>(kNothing);
  private readonly undo = element<HTMLButtonElement>('profile-undo');
  private readonly redo = element<HTMLButtonElement>('profile-redo');
  private readonly mirror = element('profile-mirror');
  private readonly regions: ProfileRegions;
  private readonly service: ProfileService;
  private isFirst = true;

  constructor(private readonly choices: Choices) {
    this.regions = new ProfileRegions(element('profile-regions'), choices, (profile, isDone) => this.change(profile, isDone));
    this.service = new ProfileService({
      changed: (profile) => this.take(profile),
      told: (state) => this.tell(state),
      failed: (reason) => fail(reason),
    });
    this.offerPresets();
    this.listen();
    this.show(kNothing);
    void this.service.look();
  }

  private listen(): void {
    const on = (id: string, act: () => void): void => element(id).addEventListener('click', act);
    on('preset-apply', () => this.applyPreset());
    on('profile-mirror', () => this.change({ ...this.history.current, mirror: !this.history.current.mirror }, true));
    on('profile-undo', () => this.send(this.history.undo()));
    on('profile-redo', () => this.send(this.history.redo()));
    on('profile-reset', () => this.change(kNothing, true));
    on('profile-save', () => void this.service.save());
    on('profile-export', () => void this.export());
    const file = element<HTMLInputElement>('profile-import');
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      if (chosen !== undefined) void this.service.import(chosen).finally(() => (file.value = ''));
    });
    element('profile').addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.code !== 'KeyZ') return;
      event.preventDefault();
      this.send(event.shiftKey ? this.history.redo() : this.history.undo());
    });
  }

  private offerPresets(): void {
    const option = (text: string, value: string): HTMLOptionElement => Object.assign(document.createElement('option'), { textContent: text, value });
    element('preset').append(...this.choices.presets.map(({ name }, i) => option(name, String(i))));
    element('preset-region').append(option('the whole face', ''), ...this.choices.regions.map(({ name }) => option(name, name)));
  }

  private applyPreset(): void {
    const preset = this.choices.presets[Number(element<HTMLSelectElement>('preset').value)];
    const wanted = element<HTMLSelectElement>('preset-region').value;
    const region = this.choices.regions.find(({ name }) => name === wanted);
    if (preset !== undefined) this.change(withPreset(this.history.current, preset, region), true);
  }

  private change(profile: Profile, isDone: boolean): void {
    if (isDone) this.history.add(profile);
    this.send(profile);
  }

  private send(profile: Profile): void {
    this.show(profile);
    this.service.send(profile);
  }

  // Somebody else's change, or the file's: it can be undone as well.
  private take(profile: Profile): void {
    if (this.isFirst) this.history = new History(profile);
    this.isFirst = false;
    this.history.add(profile);
    this.show(profile);
  }

  private show(profile: Profile): void {
    this.regions.show(profile);
    this.mirror.setAttribute('aria-pressed', String(profile.mirror));
    this.undo.disabled = !this.history.canUndo;
    this.redo.disabled = !this.history.canRedo;
    say(element('profile-name'), [profile.name, profile.about].filter((text) => text !== '').join(': '));
  }

  private tell({ file, saved, problem }: ProfileState): void {
    const save = element<HTMLButtonElement>('profile-save');
    save.disabled = !file;
    save.title = file ? '' : 'There is no file: start the service with --profile FILE.toml';
    say(element('profile-state'), file ? (saved ? 'Saved.' : 'Not saved yet.') : 'In force until the service ends; Export keeps it.');
    if (problem !== '') fail(`The file is not in force: ${problem}`);
  }

  private async export(): Promise<void> {
    const answer = await ask('/profile.toml').catch(() => undefined);
    if (answer?.ok !== true) return fail('Not exported: nobody answers.');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `${this.history.current.name.replace(/[^\w-]+/g, '_') || 'profile'}.toml`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

function fail(reason: string): void {
  const box = element('profile-problem');
  box.hidden = reason === '';
  say(box, reason);
}
