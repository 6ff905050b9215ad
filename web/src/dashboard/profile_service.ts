import { ask, type Sent } from '../shared/token';
import type { Choices, Profile, ProfileState } from './profile';

const kPeriod = 1000; // ms between looks at what others changed

export interface ProfileEvents {
  /** The service's profile, when it is another than the one that was sent. */
  changed(profile: Profile): void;
  /** What the service says of it, after each answer. */
  told(state: ProfileState): void;
  /** Something was refused; empty: nothing is. */
  failed(reason: string): void;
}

/** The service's profile: the newest one that was wanted goes there, one request at a time. */
export class ProfileService {
  private wanted?: Sent;
  private isSending = false;
  private revision = -1;

  constructor(private readonly events: ProfileEvents) {
    setInterval(() => void this.look(), kPeriod);
  }

  static async choices(): Promise<Choices | undefined> {
    const answer = await ask('/profile/choices').catch(() => undefined);
    return answer?.ok === true ? ((await answer.json()) as Choices) : undefined;
  }

  send(profile: Profile): void {
    this.wanted = { text: JSON.stringify(profile), type: 'application/json' };
    void this.sendWanted();
  }

  /** A file's text, which comes back as the service understands it. */
  async import(file: File): Promise<void> {
    const type = file.name.endsWith('.json') ? 'application/json' : 'application/toml';
    const state = await this.request('/profile', 'PUT', { text: await file.text(), type });
    if (state !== undefined) this.events.changed(state.profile);
  }

  async save(): Promise<void> {
    await this.request('/profile/save', 'POST');
  }

  async look(): Promise<void> {
    if (document.visibilityState !== 'visible' || this.isSending) return;
    const before = this.revision;
    const answer = await ask('/profile').catch(() => undefined);
    if (answer?.ok !== true || this.isSending || this.revision !== before) return; // or it is old by now
    const state = (await answer.json()) as ProfileState;
    if (this.isSending || this.revision !== before || state.revision === before) return;
    this.take(state);
    this.events.changed(state.profile);
  }

  private async sendWanted(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    while (this.wanted !== undefined) {
      const sent = this.wanted;
      this.wanted = undefined;
      await this.request('/profile', 'PUT', sent);
    }
    this.isSending = false;
  }

  private async request(path: string, method: 'PUT' | 'POST', sent?: Sent): Promise<ProfileState | undefined> {
    const answer = await ask(path, method, sent).catch(() => undefined);
    this.events.failed(answer?.ok === true ? '' : answer === undefined ? 'Nobody answers.' : await answer.text());
    if (answer?.ok !== true) return undefined;
    const state = (await answer.json()) as ProfileState;
    this.take(state);
    return state;
  }

  private take(state: ProfileState): void {
    this.revision = state.revision;
    this.events.told(state);
  }
}
