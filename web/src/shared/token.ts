import { base } from './base';

const kKey = `vividface.token${base}`;

/** The token that the link brought behind its #, or that its code gives, once. It is kept for this tab; the address forgets both. */
async function read(): Promise<string> {
  const link = new URLSearchParams(location.hash.slice(1));
  const [code, given] = [link.get('pair'), link.get('token')];
  if (code !== null || given !== null) history.replaceState(null, '', location.pathname);
  const token = given ?? (code === null ? undefined : await paired(code));
  if (token !== undefined) sessionStorage.setItem(kKey, token);
  return sessionStorage.getItem(kKey) ?? '';
}

// Nothing where the code was used already: the tab may have a token from then.
async function paired(code: string): Promise<string | undefined> {
  const answer = await fetch(`${base}/pair`, { method: 'POST', headers: { Authorization: `Bearer ${code}` } }).catch(() => undefined);
  return answer?.ok === true ? answer.text() : undefined;
}

const token = await read();

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
