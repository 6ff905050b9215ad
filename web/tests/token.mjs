// With a token: the link's fragment has it, no request line does, and without it nothing moves.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectClean, folder, open, patience, withBrowser } from './harness.mjs';

const token = 'a-secret-for-tests.0123456789';
writeFileSync(join(folder, 'token'), token, { mode: 0o600 });

await withBrowser(async (browser, serve) => {
  const service = await serve('--local-token', '--token-file', join(folder, 'token'));
  const authorization = { Authorization: `Bearer ${token}` };

  const stranger = await open(browser, `${service.url}/phone`);
  await stranger.locator('#advice', { hasText: 'This link is not valid' }).waitFor(patience);
  assert.equal(await service.state(authorization), 'no camera');
  assert.equal((await fetch(`${service.url}/qr.svg`)).status, 401);
  assert.equal((await fetch(`${service.url}/qr.svg`, { headers: authorization })).status, 403);

  for (const [path, method] of [['/recordings', 'GET'], ['/recordings/a.vvf', 'GET'], ['/engines', 'GET'], ['/record', 'POST'], ['/record', 'DELETE'], ['/pause', 'POST'], ['/start', 'POST']]) {
    assert.equal((await fetch(`${service.url}${path}`, { method })).status, 401, path);
  }
  assert.equal((await fetch(`${service.url}/recordings`, { headers: authorization })).status, 200);

  const phone = await open(browser, `${service.url}/phone#token=${token}`);
  await service.waitFor('shadowing', authorization);
  assert.equal(phone.url(), `${service.url}/phone`);
  await phone.reload(); // the tab keeps it
  await phone.locator('#advice', { hasText: 'The robot follows you' }).waitFor(patience);

  const dashboard = await open(browser, `${service.url}/#token=${token}`);
  await dashboard.locator('#state', { hasText: 'shadowing' }).waitFor(patience);
  await dashboard.keyboard.press('Space');
  await service.waitFor('stopped', authorization);
  await dashboard.click('#release'); // nobody is known to be at the machine
  await dashboard.locator('#failure', { hasText: 'Not released' }).waitFor(patience);
  assert.equal(await service.state(authorization), 'stopped');

  for (const page of [stranger, phone, dashboard]) {
    expectClean(page, service);
    assert.deepEqual(page.asked.filter((url) => new URL(url).pathname !== '' && url.split('#')[0].includes(token)), []);
  }
});
