// The phone page: from its opening to a robot that follows, its settings, its stop, and a service that goes and comes.
import assert from 'node:assert/strict';
import { expectAccessible, expectClean, open, patience, screenshot, until, withBrowser } from './harness.mjs';

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true };

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const opened = Date.now();
  const page = await open(browser, `${service.url}/phone`, phone);
  const advice = page.locator('#advice');
  const says = (text) => advice.filter({ hasText: text }).waitFor(patience);

  await service.waitFor('shadowing');
  console.log(`${Date.now() - opened} ms from opening the page to a robot that follows`);
  await says('The robot follows you');
  await until(page, () => Number(document.getElementById('rate').textContent) > 0);
  assert.match(await page.textContent('#round-trip'), /^\d+ ms$/);
  const [width, height] = (await page.textContent('#size')).split(' × ').map(Number);
  assert.equal(Math.max(width, height), 480);
  await screenshot(page, 'phone.jpg');
  await expectAccessible(page);

  await page.click('summary:has-text("Settings")');
  await page.selectOption('#longest', '320');
  await until(page, () => document.getElementById('size').textContent.includes('320'));
  await page.locator('#quality').fill('0.6');
  assert.equal(await page.textContent('#quality-value'), '0.6');

  await page.click('#stop');
  await service.waitFor('stopped');
  await says('The robot is stopped');

  await service.end();
  await says('Connecting');
  const next = await serve('--port', service.port);
  await next.waitFor('shadowing');
  await says('The robot follows you');
  expectClean(page, service);
});
