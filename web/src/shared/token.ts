import { base } from './base';

const kKey = `vividface.token${base}`;

/** The token that the link brought behind its #. It is kept for this tab and taken out of the address. */
function read(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(kKey, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(kKey) ?? '';
}

const token = read();

/** How a WebSocket shows the token: a browser lets it say nothing else. */
export function protocols(): string[] {
  return token === '' ? [] : ['vividface', `vividface.token.${token}`];
}

export interface Sent {
  text: string;
  type: 'application/json' | 'application/toml';
}

/** A request to this page's session that shows the token. It throws where nobody answers. */
export function ask(path: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE' = 'GET', sent?: Sent): Promise<Response> {
  const headers: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` };
  if (sent !== undefined) headers['Content-Type'] = sent.type;
  return fetch(base + path, { method, headers, body: sent?.text, cache: 'no-store' });
}
