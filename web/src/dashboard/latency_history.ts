import type { Performance } from './service';

export const kWindow = 60; // s that are shown
export const kLines = ['preprocessing', 'control_generation', 'transmission', 'total', 'age', 'dropped'] as const;

type Row = [at: number, ...values: (number | null)[]];

/** The last minute of what the service says of its pace: a row a message. */
export class LatencyHistory {
  private rows: Row[] = [];
  private superseded?: number;

  /** `at`: s, by any clock that goes forward. */
  add(at: number, { stages, frames, frame_age_s: age }: Performance): void {
    const superseded = frames['superseded'] ?? 0;
    const dropped = Math.max(0, superseded - (this.superseded ?? superseded));
    this.superseded = superseded;
    const ms = (seconds: number | null | undefined): number | null => (typeof seconds === 'number' ? 1000 * seconds : null);
    const now = kLines.slice(0, 4).map((stage) => ms(stages[stage]?.now));
    this.rows.push([at, ...now, ms(age), dropped > 0 ? dropped : null]);
    this.rows = this.rows.filter((row) => row[0] > at - kWindow);
  }

  /** A column for the time before `at`, −60…0 s, then one for each of kLines: ms, and frames. */
  columns(at: number): [number[], ...(number | null)[][]] {
    const column = (i: number): (number | null)[] => this.rows.map((row) => row[i] ?? null);
    return [this.rows.map((row) => row[0] - at), ...kLines.map((_, i) => column(i + 1))];
  }

  /** What 19 of 20 frames' ways do not exceed, ms. */
  get usual(): number {
    const ways = this.rows.map((row) => row[4] ?? 0).sort((a, b) => a - b);
    return ways[Math.ceil(0.95 * ways.length) - 1] ?? 0;
  }
}
