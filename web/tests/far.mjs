// A face that is far away is followed, and told to come nearer.
import { expectClean, open, patience, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const page = await open(browser, `${service.url}/phone`);
  await service.waitFor('shadowing');
  await page.locator('#advice', { hasText: 'Come nearer' }).waitFor(patience);
  expectClean(page, service);
});
