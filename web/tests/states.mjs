// Every state in words, on the dashboard and on the phone, and the dashboard on a tablet.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { camera, expectAccessible, expectClean, folder, open, patience, screenshot, until, withBrowser } from './harness.mjs';

const says = (page, text) => page.locator('#state').filter({ hasText: new RegExp(`^${text}$`) }).waitFor(patience);
/** What passes in a second is written down in the page: this test, or a busy machine, may be late to look. */
const writeDownStates = (page) =>
  page.evaluate(() => {
    const state = document.getElementById('state');
    window.said = [];
    new MutationObserver(() => window.said.push(state.textContent)).observe(state, { childList: true, characterData: true, subtree: true });
  });
const advises = (page, text) => page.locator('#advice', { hasText: text }).waitFor(patience);

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const page = await open(browser, service.url, { viewport: { width: 820, height: 1180 }, hasTouch: true, colorScheme: 'light' });
  await says(page, 'no camera');
  const source = camera(service, 'nobody');
  await says(page, 'looking for a face');
  source.shown = 'neutral';
  await says(page, 'shadowing');
  await writeDownStates(page);
  source.shown = 'nobody';
  await says(page, 'neutral');
  assert.deepEqual(await page.evaluate(() => window.said.slice(-2)), ['holding', 'neutral']);
  source.shown = 'neutral';
  await says(page, 'shadowing');

  // On a tablet, upright and across: nothing is cut off, the stop is in reach, and what is touched is large enough.
  await until(page, () => document.getElementById('robot').width > 300 && document.getElementById('animated').naturalWidth > 0);
  for (const [width, height] of [[768, 1024], [820, 1180], [1024, 768], [1180, 820]]) {
    await page.setViewportSize({ width, height });
    for (const top of [0, 1e6]) {
      await page.evaluate((to) => window.scrollTo(0, to), top);
      const box = await page.locator('#stop').boundingBox();
      assert(box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height);
      assert(box.width >= 44 && box.height >= 44);
    }
    const wide = await page.$$eval('body *', (all) => all.filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.id || each.className || each.tagName));
    assert.deepEqual(wide, [], `${width} px`);
    const small = await page.$$eval('main button, main select', (all) =>
      all.filter((each) => each.checkVisibility() && !each.closest('.frame, .profile-region') && each.getBoundingClientRect().height < 44).map((each) => each.id || each.textContent));
    assert.deepEqual(small, []);
  }
  await expectAccessible(page);
  await page.setViewportSize({ width: 820, height: 1180 });
  await page.evaluate(() => window.scrollTo(0, 0));
  await says(page, 'shadowing');
  await screenshot(page, 'tablet.jpg');
  await page.locator('#stop').tap();
  await says(page, 'stopped');
  await page.locator('#release').tap();
  await says(page, 'shadowing');
  source.end();
  await says(page, 'no camera');

  // A phone whose camera is this canvas: nobody in it, in the light and in the dark; and one that is not allowed.
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const pen = canvas.getContext('2d');
    window.shade = '#888';
    setInterval(() => {
      pen.fillStyle = window.shade;
      pen.fillRect(0, 0, 640, 480);
    }, 50);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
  });
  const phone = await open(browser, `${service.url}/phone`, { context });
  await advises(phone, 'Show your whole face');
  await phone.evaluate(() => (window.shade = '#111'));
  await advises(phone, 'It is too dark. Turn towards a light.');
  await phone.close();
  for (const [name, text] of [['NotAllowedError', 'The camera is not allowed'], ['NotFoundError', 'There is no camera'], ['NotReadableError', 'Another program has the camera']]) {
    const refused = await browser.newContext();
    await refused.addInitScript((why) => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', why))), name);
    await advises(await open(browser, `${service.url}/phone`, { context: refused }), text);
    await refused.close();
  }

  expectClean(page, service);
  const { port } = service;
  await service.end();
  await says(page, 'connecting');
  const token = join(folder, 'token');
  writeFileSync(token, 'a-secret-for-tests.0123456789', { mode: 0o600 });
  await serve('--port', port, '--local-token', '--token-file', token);
  await says(page, 'not allowed');
});
