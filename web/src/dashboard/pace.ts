import { element } from '../shared/element';
import type { Performance } from './service';

const kStages: Record<string, string> = {
  preprocessing: 'Model input preprocessing',
  control_generation: 'Control signal generation',
  transmission: 'Data transmission',
  total: 'End to end',
};

const kFrames: Record<string, string> = {
  shadowed: 'shadowed',
  taken: 'looked at, not followed',
  'no face': 'without a face',
  superseded: 'dropped for a newer one',
  refused: 'refused',
};

/** The tables of latency and frames. */
export function showPace({ shadowed_per_s, frame_age_s, stages, frames }: Performance): void {
  element('stages').replaceChildren(
    ...Object.entries(kStages).map(([key, name]) => {
      const stage = stages[key];
      const numbers = stage === undefined ? [] : [stage.now, stage.p50, stage.p95, stage.p99, stage.max];
      return row(name, numbers.map((seconds) => inMilliseconds(seconds, 2)));
    }),
  );
  element('frames').replaceChildren(
    row('shadowed a second', [shadowed_per_s.toFixed(1)]),
    row('age of the newest, ms', [inMilliseconds(frame_age_s, 0)]),
    ...Object.entries(kFrames).map(([key, name]) => row(name, [String(frames[key] ?? 0)])),
  );
}

function inMilliseconds(seconds: number | null, digits: number): string {
  return seconds === null ? '–' : (1000 * seconds).toFixed(digits);
}

function row(name: string, cells: string[]): HTMLTableRowElement {
  const line = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = name;
  line.append(head, ...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
  return line;
}
