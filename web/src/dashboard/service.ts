/** What /ws/state says (docs/serve.md): all in the first message, then what changed. */
export interface ServiceMessage {
  v: number;
  state?: string;
  names?: string[];
  units?: string[];
  ranges?: [number, number][];
  neutral?: number[];
  controls?: number[];
  performance?: Performance;
}

/** Durations in s. */
export interface RecentStage {
  p50: number;
  p95: number;
  p99: number;
  max: number;
  now: number | null; // the mean of the last quarter of a second
}

export interface Performance {
  shadowed_per_s: number;
  frame_age_s: number | null; // since the last shadowed frame came
  stages: Record<string, RecentStage>;
  frames: Record<string, number>;
}
