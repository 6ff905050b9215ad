// A recording is begun and ended on the dashboard, and looked at: frames, robot and controls, by a time line. It moves no robot.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { expectAccessible, expectClean, folder, open, patience, screenshot, until, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  // Without a folder the button says what to do.
  const plain = await serve();
  const poor = await open(browser, plain.url);
  await poor.locator('#record-more', { hasText: 'start the service with --recordings FOLDER' }).waitFor(patience);
  await poor.click('#record');
  await poor.locator('#record-more', { hasText: '--recordings' }).waitFor(patience);
  await poor.close();
  await plain.end();

  const service = await serve('--recordings', join(folder, 'recordings'));
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  await page.locator('#record-more', { hasText: 'ends by itself' }).waitFor(patience);
  const phone = await open(browser, `${service.url}/phone`);
  await service.waitFor('shadowing');
  await page.click('#record');
  await page.locator('#record', { hasText: 'End the recording' }).waitFor(patience);
  await page.locator('#record-more', { hasText: /^Recording [\d_-]+\.vvf: ([3-9]|\d\d+) s/ }).waitFor(patience);
  await page.click('#record');
  await page.locator('#record', { hasText: /^Record$/ }).waitFor(patience);
  await phone.close();
  await service.waitFor('no camera');

  const names = await page.locator('#recording option').evaluateAll((options) => options.map(({ value }) => value));
  assert.equal(names.length, 2); // and "choose one"
  await page.selectOption('#recording', names[1]);
  await page.locator('#replay').waitFor(patience);
  await until(page, () => document.getElementById('replay-person').naturalWidth === 480);
  await until(page, () => document.getElementById('replay-state').textContent === 'shadowing');
  assert.equal(await page.locator('#replay-controls .track').count(), 30);
  const length = Number(await page.getAttribute('#replay-at', 'max'));
  assert(length >= 3, `${length} s`);

  // It plays, holds, and goes where it is told.
  const first = await page.getAttribute('#replay-person', 'src');
  const jaw = () => page.locator('#replay-controls [aria-label="Jaw Pitch"]').getAttribute('aria-valuenow');
  const before = await jaw();
  await page.focus('#replay-play');
  await page.keyboard.press('Enter');
  await until(page, (was) => document.getElementById('replay-person').src !== was, first);
  await until(page, (was) => document.querySelector('#replay-controls [aria-label="Jaw Pitch"]').getAttribute('aria-valuenow') !== was, before);
  await page.locator('#replay-play', { hasText: 'Play' }).waitFor(patience); // its end
  await until(page, (end) => Math.abs(Number(document.getElementById('replay-at').value) - end) < 0.02, length);
  const atEnd = await page.getAttribute('#replay-person', 'src');
  await page.locator('#replay-at').fill('1');
  await page.locator('#replay-time', { hasText: /^1\.0 \// }).waitFor(patience);
  await until(page, (was) => document.getElementById('replay-person').src !== was, atEnd);
  await page.focus('#replay-at');
  await page.keyboard.press('ArrowRight');
  await until(page, () => Number(document.getElementById('replay-at').value) > 1);

  // The robot in 3D is drawn, and nothing of all this has moved the real one.
  await until(page, () => document.getElementById('replay-robot').width > 300);
  const neutral = await page.evaluate(() => [...document.querySelectorAll('#controls .track')].every(({ style }) =>
    Math.abs(Number(style.getPropertyValue('--share')) - Number(style.getPropertyValue('--neutral'))) < 1e-3));
  assert(neutral);
  assert.equal(await service.state(), 'no camera');

  const csv = page.waitForEvent('download');
  await page.click('#replay-csv');
  assert.equal((await csv).suggestedFilename(), names[1].replace('.vvf', '.csv'));

  await expectAccessible(page);
  const toTheReplay = () => page.evaluate(() => window.scrollTo(0, document.getElementById('recordings-title').getBoundingClientRect().top + scrollY - 240));
  await toTheReplay();
  await screenshot(page, 'replay.jpg');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.click('#theme');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(width <= 390, `${width} px wide`);
  await expectAccessible(page);
  await toTheReplay();
  await screenshot(page, 'replay-narrow.jpg');

  // One that is gone meanwhile is said so.
  const { rmSync } = await import('node:fs');
  rmSync(join(folder, 'recordings'), { recursive: true });
  await page.selectOption('#recording', '');
  assert.equal(await page.locator('#replay').isVisible(), false);
  await page.selectOption('#recording', names[1]).catch(() => undefined);
  await page.locator('#replay-failure', { hasText: 'no such recording' }).or(page.locator('#recording-choice[hidden]')).first().waitFor({ ...patience, state: 'attached' });
  expectClean(page, service);
});
