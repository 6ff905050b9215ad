import { element, say } from '../shared/element';
import { ask } from '../shared/token';
import { showPause } from './operator';

interface Session {
  name: string;
  state: string;
}

const kPeriod = 1000; // ms

async function sessions(): Promise<Session[] | undefined> {
  const answer = await ask('/sessions').catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as { sessions: Session[] }).sessions : undefined;
}

/** Where the service has several sessions, this page leads to each one's; else it does nothing and says so. */
export async function showSessions(): Promise<boolean> {
  const first = await sessions();
  if (first === undefined) return false;
  const rows = new Map<string, HTMLElement>();
  element('sessions').append(
    ...first.map(({ name }) => {
      const row = Object.assign(document.createElement('li'), { className: 'card' });
      const state = document.createElement('span');
      row.append(Object.assign(document.createElement('a'), { href: `/s/${name}/`, textContent: name }), ' ', state);
      rows.set(name, state);
      return row;
    }),
  );
  const show = (list: Session[] | undefined): void => {
    for (const { name, state } of list ?? []) say(rows.get(name) ?? document.createElement('span'), state);
    say(element('state'), list === undefined ? 'connecting' : `${list.length} sessions`);
    if (list !== undefined) showPause(list.every(({ state }) => state === 'paused') ? 'paused' : '');
    element('release').hidden = list?.some(({ state }) => state === 'stopped') !== true;
  };
  say(element('state-more'), 'The stop, the release and the pause here are for all robots.');
  for (const card of document.querySelectorAll<HTMLElement>('main > :not(.state, #sessions)')) card.hidden = true;
  element('sessions').hidden = false;
  show(first);
  setInterval(() => void sessions().then(show), kPeriod);
  return true;
}
