import { ask } from '../shared/token';

interface About {
  name: string;
  started_unix: number;
  duration_s: number;
  missing: number;
  poses: number;
  frames: [number: number, time: number][];
}

interface Chunk {
  times: number[];
  states: string[];
  controls: number[][];
}

export interface Pose {
  state: string;
  controls: number[];
}

const kChunk = 30; // s of controls that are asked for at once
const kMostChunks = 4; // that are kept

/** A recording as the service tells of it (docs/serve.md). Times are s since its beginning. */
export class Recording {
  private readonly chunks = new Map<number, Promise<Chunk>>();

  /** Throws an Error that says why it cannot be read. */
  static async open(name: string): Promise<Recording> {
    return new Recording((await json(`/recordings/${name}`)) as About);
  }

  private constructor(readonly about: About) {}

  get path(): string {
    return `/recordings/${this.about.name}`;
  }

  /** What the robot was sent at `time`, or before the first pose what it was sent then; nothing where there is none. */
  async poseAt(time: number): Promise<Pose | undefined> {
    const { times, states, controls } = await this.chunk(Math.floor(time / kChunk));
    const i = Math.max(0, last(times, (at) => at <= time));
    const [state, values] = [states[i], controls[i]];
    return state === undefined || values === undefined ? undefined : { state, controls: values };
  }

  /** The number of the frame that was there at `time`, or of the first one if it comes within a second; else nothing. */
  frameAt(time: number): number | undefined {
    const [number, came] = this.about.frames[Math.max(0, last(this.about.frames, ([, at]) => at <= time))] ?? [];
    return came !== undefined && came <= time + 1 ? number : undefined;
  }

  async picture(frame: number): Promise<Blob> {
    return (await answered(`${this.path}/frame?number=${frame}`)).blob();
  }

  private chunk(i: number): Promise<Chunk> {
    let chunk = this.chunks.get(i);
    if (chunk === undefined) {
      chunk = json(`${this.path}/controls?from=${i * kChunk}&to=${(i + 1) * kChunk}`) as Promise<Chunk>;
      chunk.catch(() => this.chunks.delete(i));
      this.chunks.set(i, chunk);
      const [oldest] = this.chunks.keys();
      if (this.chunks.size > kMostChunks && oldest !== undefined) this.chunks.delete(oldest);
    }
    return chunk;
  }
}

async function answered(path: string): Promise<Response> {
  const answer = await ask(path);
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

async function json(path: string): Promise<unknown> {
  return (await answered(path)).json();
}

/** The last one of `sorted` for which `holds`, as it does for all before it; −1: none. */
function last<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
