import { say } from '../shared/element';
import { changedOf, type Choices, type ControlChoice, type Profile, type Region, type Shape, shapeOf, withRegion, withShape } from './profile';

/** `isDone`: a slider was let go, or a button pressed; until then it is being moved. */
export type Change = (profile: Profile, isDone: boolean) => void;

type NumberKey = 'gain' | 'curve' | 'offset' | 'min' | 'max';
type SwitchKey = 'mirror' | 'mute';
type Show = (profile: Profile) => void;

const kNames: Record<NumberKey | SwitchKey, string> = {
  gain: 'Gain',
  curve: 'Curve',
  offset: 'Offset',
  min: 'Min',
  max: 'Max',
  mirror: 'Mirror',
  mute: 'Mute',
};

/** Sliders for every control, by region. */
export class ProfileRegions {
  private readonly shows: Show[] = [];
  private profile!: Profile;

  constructor(
    place: HTMLElement,
    private readonly choices: Choices,
    private readonly change: Change,
  ) {
    place.replaceChildren(...choices.regions.map((region) => this.region(region)));
  }

  show(profile: Profile): void {
    this.profile = profile;
    for (const show of this.shows) show(profile);
  }

  private region(region: Region): HTMLElement {
    const group = make('details', 'profile-region');
    const title = make('summary');
    const all = make('div', 'shape whole');
    const name = region.name[0]?.toUpperCase() + region.name.slice(1);
    const first = region.controls[0];
    if (first === undefined) return group;
    const change = (part: Partial<Shape>, isDone: boolean): void => this.change(withRegion(this.profile, region, part), isDone);
    all.append(
      make('strong', '', `All of ${region.name}`),
      this.slider('gain', `all of ${region.name}`, this.choices.limits.gain, 0.05, (profile) => shapeOf(profile, first).gain, change),
      this.toggle('mute', `all of ${region.name}`, (profile) => region.controls.every((control) => shapeOf(profile, control).mute), change),
    );
    const reset = make('button', '', 'Reset') as HTMLButtonElement;
    reset.type = 'button';
    reset.setAttribute('aria-label', `Reset all of ${region.name}`);
    reset.addEventListener('click', () => {
      const { controls, ...rest } = this.profile;
      const ours = new Set(region.controls.map((control) => control.name));
      this.change({ ...rest, controls: Object.fromEntries(Object.entries(controls).filter(([key]) => !ours.has(key))) }, true);
    });
    all.append(reset);
    group.append(title, all, ...region.controls.map((control) => this.control(control)));
    this.shows.push((profile) => {
      const changed = changedOf(profile, region);
      say(title, changed === 0 ? name : `${name}: ${changed} changed`);
    });
    return group;
  }

  private control(control: ControlChoice): HTMLElement {
    const row = make('div', 'shape');
    row.setAttribute('role', 'group');
    row.setAttribute('aria-label', control.name);
    const step = control.unit === 'degree' ? 0.5 : 0.01;
    const width = control.max - control.min;
    const change = (part: Partial<Shape>, isDone: boolean): void => this.change(withShape(this.profile, control, part), isDone);
    const slider = (key: NumberKey, range: [number, number], by: number): HTMLElement =>
      this.slider(key, control.name, range, by, (profile) => shapeOf(profile, control)[key], change);
    const toggle = (key: SwitchKey): HTMLElement => this.toggle(key, control.name, (profile) => shapeOf(profile, control)[key], change);
    row.append(
      make('span', 'name', control.name),
      slider('gain', this.choices.limits.gain, 0.05),
      slider('curve', this.choices.limits.curve, 0.05),
      slider('offset', [-width, width], step),
      slider('min', [control.min, control.max], step),
      slider('max', [control.min, control.max], step),
      toggle('mirror'),
      toggle('mute'),
    );
    return row;
  }

  private slider(
    key: NumberKey,
    of: string,
    [min, max]: [number, number],
    step: number,
    value: (profile: Profile) => number,
    change: (part: Partial<Shape>, isDone: boolean) => void,
  ): HTMLElement {
    const label = make('label', 'slider');
    const output = make('output');
    const input = Object.assign(document.createElement('input'), { type: 'range', min: String(min), max: String(max), step: String(step) });
    input.setAttribute('aria-label', `${kNames[key]} of ${of}`);
    const tell = (isDone: boolean) => (): void => change({ [key]: Math.round(Number(input.value) * 1e4) / 1e4 }, isDone);
    input.addEventListener('input', tell(false));
    input.addEventListener('change', tell(true));
    label.append(make('span', '', kNames[key]), output, input);
    this.shows.push((profile) => {
      const now = value(profile);
      if (Number(input.value) !== now) input.value = String(now);
      say(output, String(Math.round(now * 100) / 100));
    });
    return label;
  }

  private toggle(
    key: SwitchKey,
    of: string,
    value: (profile: Profile) => boolean,
    change: (part: Partial<Shape>, isDone: boolean) => void,
  ): HTMLElement {
    const button = make('button', '', kNames[key]) as HTMLButtonElement;
    button.type = 'button';
    button.setAttribute('aria-label', `${kNames[key]} ${of}`);
    button.addEventListener('click', () => change({ [key]: button.getAttribute('aria-pressed') !== 'true' }, true));
    this.shows.push((profile) => button.setAttribute('aria-pressed', String(value(profile))));
    return button;
  }
}

function make(kind: string, name = '', text = ''): HTMLElement {
  return Object.assign(document.createElement(kind), { className: name, textContent: text });
}
