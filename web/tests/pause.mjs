// Pause and start from the dashboard, and what the phone says of it. The emergency stop goes before both.
import assert from 'node:assert/strict';
import { expectAccessible, expectClean, open, patience, screenshot, until, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const page = await open(browser, service.url, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const says = (text) => page.locator('#state').filter({ hasText: new RegExp(`^${text}$`) }).waitFor(patience);
  const phone = await open(browser, `${service.url}/phone`);
  await says('shadowing');
  assert.equal(await page.locator('#start').isVisible(), false);

  await page.focus('#pause');
  await page.keyboard.press('Enter');
  await says('paused');
  await page.locator('#start').waitFor(patience);
  await until(page, () => document.activeElement.id === 'start');
  assert.equal(await page.locator('#pause').isVisible(), false);
  await phone.locator('#advice', { hasText: 'The robot is paused' }).waitFor(patience);
  // At its neutral face: every bar ends at its dot.
  await until(page, () => [...document.querySelectorAll('.track')].every(({ style }) =>
    Math.abs(Number(style.getPropertyValue('--share')) - Number(style.getPropertyValue('--neutral'))) < 1e-3));
  await expectAccessible(page);
  await screenshot(page, 'dashboard-paused.jpg');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(width <= 390, `${width} px wide`);

  await page.keyboard.press('Space');
  await says('stopped');
  assert.equal(await page.locator('#start').isVisible(), false);
  await page.click('#release');
  await says('paused');
  await page.focus('#start');
  await page.keyboard.press('Enter');
  await says('shadowing');
  await phone.locator('#advice', { hasText: 'The robot follows you' }).waitFor(patience);
  expectClean(page, service);
  expectClean(phone, service);
});
