import { LiveSocket, type Connection } from '../shared/live_socket';

/** What became of a frame, as /ws/stream says it (docs/serve.md). */
export interface FrameAnswer {
  frame: 'shadowed' | 'taken' | 'no face' | 'superseded' | 'refused';
  reason?: string;
}

export interface FrameStreamEvents {
  answer(answer: FrameAnswer): void;
  connection(state: Connection): void;
}

const kHeaderSize = 12;
const kMostInFlight = 2;
const kGivenUp = 3000; // ms after which no answer is waited for
const kWindow = 2000; // ms over which rate and round trip are told

/** Sends frames, two unanswered ones at most, and knows how quickly they are answered. */
export class FrameStream {
  private readonly socket: LiveSocket;
  private readonly sent = new Map<number, number>(); // captured µs → ms when it went
  private answered: { at: number; roundTrip: number }[] = [];
  private last = 0;

  constructor(private readonly events: FrameStreamEvents) {
    this.socket = new LiveSocket('/ws/stream', {
      message: (data) => this.hear(String(data)),
      connection: (state) => {
        this.sent.clear();
        events.connection(state);
      },
    });
  }

  get isReady(): boolean {
    for (const [captured, at] of this.sent) {
      if (performance.now() - at > kGivenUp) this.sent.delete(captured);
    }
    return this.socket.isOpen && this.sent.size < kMostInFlight && this.socket.waiting === 0;
  }

  /** `captured`: when the frame was there, ms since the epoch. */
  send(jpeg: ArrayBuffer, captured: number): void {
    const microseconds = Math.max(Math.round(captured * 1000), this.last + 1);
    this.last = microseconds;
    const message = new Uint8Array(kHeaderSize + jpeg.byteLength);
    const header = new DataView(message.buffer);
    message.set([0x56, 0x46, 1, 0]); // "VF", version 1
    header.setUint32(4, microseconds % 2 ** 32, true);
    header.setUint32(8, Math.floor(microseconds / 2 ** 32), true);
    message.set(new Uint8Array(jpeg), kHeaderSize);
    this.sent.set(microseconds, performance.now());
    this.socket.send(message.buffer);
  }

  /** Answered frames a second, and the median ms from sending one to its answer. */
  pace(): { rate: number; roundTrip?: number } {
    const now = performance.now();
    this.answered = this.answered.filter(({ at }) => now - at < kWindow);
    const times = this.answered.map(({ roundTrip }) => roundTrip).sort((a, b) => a - b);
    return { rate: (1000 * times.length) / kWindow, roundTrip: times[Math.floor(times.length / 2)] };
  }

  private hear(text: string): void {
    const answer = JSON.parse(text) as FrameAnswer & { captured_us: number | null };
    const at = this.sent.get(answer.captured_us ?? 0);
    if (at !== undefined && answer.captured_us !== null) {
      this.sent.delete(answer.captured_us);
      const now = performance.now();
      if (answer.frame !== 'superseded') this.answered.push({ at: now, roundTrip: now - at });
    }
    this.events.answer(answer);
  }
}
