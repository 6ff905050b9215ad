import { element, say } from '../shared/element';
import { ask } from '../shared/token';
import { Replay } from './replay';
import type { ServiceMessage } from './service';

interface Listed {
  folder: boolean;
  most_mib: number;
  most_s: number;
  recording: { name: string; seconds: number; bytes: number; dropped: number } | null;
  ended: string;
  recordings: { name: string; bytes: number }[];
}

const kPeriod = 1000; // ms between looks while something is recorded
const kLongPeriod = 5000;

/** Begins and ends recordings, and opens one to look at. */
export class Recordings {
  private readonly button = element<HTMLButtonElement>('record');
  private readonly choice = element<HTMLSelectElement>('recording');
  private readonly replay = new Replay();
  private controls?: ServiceMessage;
  private isOn = false;
  private isAsking = false;
  private timer?: ReturnType<typeof setTimeout>;

  constructor() {
    this.button.addEventListener('click', () => void this.press());
    this.choice.addEventListener('change', () => void this.open(this.choice.value));
    void this.look();
  }

  /** `message` describes the controls. */
  describe(message: ServiceMessage): void {
    this.controls = message;
  }

  // Not disabled meanwhile, which would take the focus from it.
  private async press(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const answer = await ask('/record', this.isOn ? 'DELETE' : 'POST').catch(() => undefined);
    this.isAsking = false;
    await this.look();
    if (answer?.ok !== true) this.say(answer === undefined ? 'Nobody answers.' : await answer.text());
  }

  private async look(): Promise<void> {
    clearTimeout(this.timer);
    if (document.visibilityState === 'visible') {
      const answer = await ask('/recordings').catch(() => undefined);
      if (answer?.ok === true) this.show((await answer.json()) as Listed);
    }
    clearTimeout(this.timer); // of another look that began meanwhile
    this.timer = setTimeout(() => void this.look(), this.isOn ? kPeriod : kLongPeriod);
  }

  private show(listed: Listed): void {
    const { recording } = listed;
    const wasOn = this.isOn;
    this.isOn = recording !== null;
    say(this.button, this.isOn ? 'End the recording' : 'Record');
    document.body.classList.toggle('recording', this.isOn);
    if (recording !== null) {
      const dropped = recording.dropped > 0 ? `, ${recording.dropped} missing, as the disk is too slow` : '';
      this.say(`Recording ${recording.name}: ${Math.floor(recording.seconds)} s, ${megabytes(recording.bytes)}${dropped}`);
    } else if (listed.ended !== '') {
      this.say(`The recording has ended: ${listed.ended}.`);
    } else if (!listed.folder) {
      this.say('To record from here, start the service with --recordings FOLDER.');
    } else if (wasOn || element('record-more').textContent === '') {
      this.say(`A recording ends by itself after ${listed.most_s} s or ${listed.most_mib} MiB.`);
    }
    this.list(listed.recordings);
  }

  // Only when it changed, so that an open list is left alone.
  private list(recordings: Listed['recordings']): void {
    const names = recordings.map(({ name }) => name).join();
    element('recording-choice').hidden = recordings.length === 0;
    if (this.choice.dataset.names === names) return;
    this.choice.dataset.names = names;
    const before = this.choice.value;
    this.choice.replaceChildren(
      new Option('choose one', ''),
      ...recordings.map(({ name, bytes }) => new Option(`${name.replace(/\.vvf$/, '')}, ${megabytes(bytes)}`, name)),
    );
    this.choice.value = recordings.some(({ name }) => name === before) ? before : '';
  }

  private async open(name: string): Promise<void> {
    say(element('replay-failure'), '');
    if (name === '') return this.replay.close();
    try {
      await this.replay.open(name, this.controls);
    } catch (error) {
      say(element('replay-failure'), (error as Error).message);
    }
  }

  private say(text: string): void {
    say(element('record-more'), text);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
