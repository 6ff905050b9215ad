// Two performers at one service: a page that leads to both, and a dashboard and a phone page for each.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible, expectClean, folder, open, patience, withBrowser } from './harness.mjs';

const config = join(folder, 'serve.toml');
writeFileSync(config, ['anna', 'ben'].map((name) => `[[session]]\nname = '${name}'\nzmq = 'tcp://127.0.0.1:*'\n`).join(''));

await withBrowser(async (browser, serve) => {
  const service = await serve('--config', config);
  const both = await open(browser, service.url);
  const state = (page) => page.locator('#state');
  await state(both).filter({ hasText: '2 sessions' }).waitFor(patience);
  assert.equal(await both.locator('#sessions li').count(), 2);
  assert.equal(await both.locator('#controls').isVisible(), false);
  await expectAccessible(both);

  const phone = await open(browser, `${service.url}/s/anna/phone`);
  await both.locator('#sessions li', { hasText: 'anna shadowing' }).waitFor(patience);
  await both.locator('#sessions li', { hasText: 'ben no camera' }).waitFor(patience);

  const anna = await open(browser, service.url);
  await anna.getByRole('link', { name: 'anna' }).click();
  await state(anna).filter({ hasText: 'shadowing' }).waitFor(patience);
  const ben = await open(browser, `${service.url}/s/ben/`);
  await state(ben).filter({ hasText: 'no camera' }).waitFor(patience);

  await both.click('#pause');
  await both.locator('#sessions li', { hasText: 'anna paused' }).waitFor(patience);
  await both.locator('#sessions li', { hasText: 'ben paused' }).waitFor(patience);
  await both.locator('#start').waitFor(patience);
  await both.click('#start');
  await both.locator('#sessions li', { hasText: 'anna shadowing' }).waitFor(patience);
  await both.locator('#sessions li', { hasText: 'ben no camera' }).waitFor(patience);

  await anna.keyboard.press('Space'); // hers alone
  await state(anna).filter({ hasText: 'stopped' }).waitFor(patience);
  await both.locator('#sessions li', { hasText: 'ben no camera' }).waitFor(patience);
  await both.keyboard.press('Space'); // all
  await both.locator('#sessions li', { hasText: 'ben stopped' }).waitFor(patience);
  await both.click('#release');
  await both.locator('#sessions li', { hasText: 'anna shadowing' }).waitFor(patience);
  for (const page of [both, phone, anna, ben]) expectClean(page, service);
});
