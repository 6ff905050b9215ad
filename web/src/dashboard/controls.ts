import { say } from '../shared/element';
import type { ServiceMessage } from './service';

const kRegions: Record<string, string> = {
  Brow: 'Brows',
  Eyelid: 'Eyelids',
  Nose: 'Nose',
  Gaze: 'Gaze',
  Head: 'Head and neck',
  Neck: 'Head and neck',
  Jaw: 'Jaw',
  Lip: 'Lips',
};

const kOther = 'Other';

interface Control {
  name: string;
  unit: string;
  range: [number, number];
  track: HTMLElement;
  value: HTMLElement;
}

/** The robot's controls as bars, by region of the face. */
export class ControlBars {
  private controls: Control[] = [];

  constructor(private readonly place: HTMLElement) {}

  /** `message` describes the controls. */
  describe({ names, units, ranges, neutral }: ServiceMessage): void {
    if (names === undefined || units === undefined || ranges === undefined || neutral === undefined) return;
    const regions = new Map([...Object.values(kRegions), kOther].map((region) => [region, group(region)]));
    this.controls = names.map((name, i) => {
      const region = kRegions[name.split(' ')[0] ?? ''] ?? kOther;
      const control = bar(name, units[i] ?? '', ranges[i] ?? [0, 1], neutral[i] ?? 0);
      regions.get(region)?.append(control.row);
      return control;
    });
    this.place.replaceChildren(...[...regions.values()].filter((region) => region.childElementCount > 1));
  }

  show(values: number[]): void {
    this.controls.forEach((control, i) => {
      const value = values[i];
      if (value === undefined) return;
      control.track.style.setProperty('--share', String(share(value, control.range)));
      control.track.setAttribute('aria-valuenow', value.toFixed(3));
      control.track.setAttribute('aria-valuetext', `${inWords(value, control.unit)}`);
      say(control.value, value.toFixed(control.unit === 'degree' ? 1 : 2));
      if (control.track.parentElement !== null) control.track.parentElement.title = `${control.name}: ${inWords(value, control.unit)}`;
    });
  }
}

function share(value: number, [low, high]: [number, number]): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

function inWords(value: number, unit: string): string {
  return unit === 'degree' ? `${value.toFixed(1)} degrees` : `${value.toFixed(2)}, ${unit}`;
}

function make(kind: string, name: string, text = ''): HTMLElement {
  return Object.assign(document.createElement(kind), { className: name, textContent: text });
}

function group(region: string): HTMLElement {
  const section = make('div', 'region');
  section.append(make('h3', '', region));
  return section;
}

function bar(name: string, unit: string, range: [number, number], neutral: number): Control & { row: HTMLElement } {
  const row = make('div', 'control');
  const track = make('div', 'track');
  const value = make('span', 'value', '–');
  track.setAttribute('role', 'meter');
  track.setAttribute('aria-label', name);
  track.setAttribute('aria-valuemin', String(range[0]));
  track.setAttribute('aria-valuemax', String(range[1]));
  track.setAttribute('aria-valuenow', String(neutral));
  track.style.setProperty('--neutral', String(share(neutral, range)));
  track.append(make('div', 'bar'), make('div', 'dot'));
  row.append(make('span', 'name', name), track, value);
  return { name, unit, range, track, value, row };
}
