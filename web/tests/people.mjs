// Two people before one camera: the operator chooses whom the robot follows. The camera shows the clip beside its mirror image.
import assert from 'node:assert/strict';
import { expectAccessible, expectClean, open, patience, until, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 } });
  await open(browser, `${service.url}/phone`);
  await service.waitFor('shadowing');

  const faces = page.locator('#faces button');
  await faces.nth(1).waitFor(patience);
  assert.equal(await faces.count(), 2);
  assert.equal(await page.locator('#largest').isHidden(), true);
  const followed = () => faces.evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-pressed')));
  const first = await followed();
  assert.deepEqual([...first].sort(), ['false', 'true']);
  await expectAccessible(page);

  const other = first.indexOf('false');
  const isFollowed = (i) => until(page, (at) => document.querySelectorAll('#faces button')[at]?.getAttribute('aria-pressed') === 'true', i);
  await faces.nth(other).focus();
  await page.keyboard.press('Enter');
  await isFollowed(other);
  await page.locator('#largest').waitFor(patience);
  await faces.nth(1 - other).click({ force: true }); // faces move
  await isFollowed(1 - other);
  await page.locator('#largest').click();
  await until(page, () => document.getElementById('largest').hidden);
  expectClean(page, service);
});
