// The dashboard, while a phone page leads the robot.
import assert from 'node:assert/strict';
import { expectAccessible, expectClean, open, patience, screenshot, until, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  const state = page.locator('#state');
  const says = (text) => state.filter({ hasText: new RegExp(`^${text}$`) }).waitFor(patience);
  await says('no camera');

  const phone = await open(browser, `${service.url}/phone`);
  await says('shadowing');

  // Both pictures come, and go on coming.
  for (const id of ['person', 'animated']) {
    await until(page, (of) => document.getElementById(of).naturalWidth > 0, id);
    const first = await page.getAttribute(`#${id}`, 'src');
    await until(page, ([of, was]) => document.getElementById(of).src !== was, [id, first]);
  }

  // A bar for each control, with its neutral dot; they move, and say what they are.
  const bars = page.getByRole('meter');
  assert.equal(await bars.count(), 30);
  assert.equal(await page.locator('.dot').count(), 30);
  assert.equal(await page.locator('.region').count(), 7);
  const jaw = page.getByRole('meter', { name: 'Jaw Pitch' });
  const before = await jaw.getAttribute('aria-valuenow');
  await until(page, (was) => document.querySelector('[aria-label="Jaw Pitch"]').getAttribute('aria-valuenow') !== was, before);
  assert.match(await page.locator('.control', { hasText: 'Head Yaw' }).getAttribute('title'), /^Head Yaw: -?[\d.]+ degrees$/);
  const edges = await page.$$eval('.track', (tracks) => tracks.map((track) => [track, ...track.children].map((part) => {
    const { left, right } = part.getBoundingClientRect();
    return [left, right];
  })));
  for (const [[low, high], bar, dot] of edges) {
    assert(bar[0] >= low - 1 && bar[1] <= high + 1 && (dot[0] + dot[1]) / 2 >= low - 1 && (dot[0] + dot[1]) / 2 <= high + 1);
  }

  await until(page, () => {
    const cells = [...document.querySelectorAll('#stages td')].map((cell) => Number(cell.textContent));
    return cells.length === 20 && cells.every((ms) => ms > 0);
  });
  assert.match(await page.textContent('#code-more'), /--bind/);

  // The plot goes on, and its lines are there: the colours of end to end and of preprocessing.
  await until(page, () => Number(document.getElementById('latency').dataset.points) > 20);
  await until(page, () => {
    const canvas = document.querySelector('#latency canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const has = (name) => {
      const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 30) return true;
      return false;
    };
    return ['--plot-preprocessing', '--plot-total', '--plot-age'].every(has);
  });

  await page.evaluate(() => window.scrollTo(0, document.getElementById('pace-title').getBoundingClientRect().top + scrollY - 200));
  await screenshot(page, 'dashboard-pace.jpg');
  await page.evaluate(() => window.scrollTo(0, 0));

  // The engines, and why one cannot be had.
  assert.equal(await page.inputValue('#engine'), 'mesh');
  assert.equal(await page.locator('#engine option:disabled').count(), 1);
  assert.match(await page.textContent('#engine-more'), /liveportrait: .* Not here: /);

  await says('shadowing');
  await screenshot(page, 'dashboard.jpg');
  await expectAccessible(page);
  await page.click('#theme');
  assert.equal(await page.getAttribute('#theme', 'aria-pressed'), 'true');
  await expectAccessible(page);

  // The stop is on the screen at the end of the page, too.
  await page.setViewportSize({ width: 820, height: 600 });
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const box = await page.locator('#stop').boundingBox();
  assert(box !== null && box.y >= 0 && box.y + box.height <= 600);

  await page.focus('#theme');
  await page.keyboard.press('Space');
  await service.waitFor('stopped');
  await says('stopped');
  assert.equal(await page.getAttribute('#theme', 'aria-pressed'), 'true'); // it was not pressed
  await page.focus('#release');
  await page.keyboard.press('Space');
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(await service.state(), 'stopped');
  await screenshot(page, 'dashboard-stopped.jpg');
  await page.keyboard.press('Enter');
  await service.waitFor('shadowing');
  await says('shadowing');
  await page.click('#stop');
  await says('stopped');
  await page.click('#release');
  await says('shadowing');

  expectClean(page, service);
  expectClean(phone, service);
});
