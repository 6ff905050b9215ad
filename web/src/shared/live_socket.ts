import { base } from './base';
import { ask, protocols } from './token';

export type Connection = 'connecting' | 'open' | 'refused';

export interface LiveSocketEvents {
  message(data: string | ArrayBuffer): void;
  connection(state: Connection): void;
}

const kFirstWait = 300; // ms
const kLongestWait = 5000;

/** A WebSocket of this page's session that connects again by itself. */
export class LiveSocket {
  private socket?: WebSocket;
  private wait = kFirstWait;

  constructor(
    private readonly path: string,
    private readonly events: LiveSocketEvents,
  ) {
    this.connect();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** What the network has not taken yet, bytes. */
  get waiting(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  send(message: ArrayBuffer): void {
    if (this.isOpen) this.socket?.send(message);
  }

  private connect(): void {
    const url = new URL(base + this.path, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, protocols());
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.wait = kFirstWait;
      this.events.connection('open');
    };
    socket.onmessage = (event) => this.events.message(event.data);
    socket.onclose = () => void this.connectAgain();
  }

  // A browser does not say why a WebSocket failed; a request does.
  private async connectAgain(): Promise<void> {
    const status = await ask('/state').then((answer) => answer.status, () => 0);
    this.events.connection(status === 401 || status === 403 ? 'refused' : 'connecting');
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(2 * this.wait, kLongestWait);
  }
}
