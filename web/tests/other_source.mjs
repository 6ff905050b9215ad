// The phone page of a robot that a clip leads: its person is told so, and not that their face cannot be seen.
import assert from 'node:assert/strict';
import { expectClean, open, patience, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve('--replay', new URL('../../assets/demo.mp4', import.meta.url).pathname, '--loop');
  const page = await open(browser, `${service.url}/phone`);
  await service.waitFor('shadowing');
  await page.locator('#advice', { hasText: 'Not taken: the frames come from another source' }).waitFor(patience);
  for (let i = 0; i < 10; ++i) {
    await page.waitForTimeout(100);
    assert.match(await page.textContent('#advice'), /^Not taken: the frames come from another source/);
  }
  expectClean(page, service);
});
