// The engine is changed on the dashboard while the robot follows: the mesh engine and the published networks at a few channels' size.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { camera, expectAccessible, expectClean, folder, open, patience, screenshot, until, withBrowser } from './harness.mjs';

const models = join(folder, 'liveportrait');
const says = (page, text) => page.locator('#state').filter({ hasText: new RegExp(`^${text}$`) }).waitFor(patience);
const hints = (page, text) => page.locator('#engine-hint', { hasText: text }).waitFor(patience);
const engines = async (service) => (await fetch(`${service.url}/engines`)).json();
const running = async (service) => (await engines(service)).engines.find((engine) => engine.running).name;

await withBrowser(async (browser, serve) => {
  // Where there is but one, it is said how both are had.
  const plain = await serve();
  const poor = await open(browser, plain.url);
  await hints(poor, 'There is no other engine here.');
  await poor.locator('#engine-more', { hasText: 'start the service with --engine liveportrait --models DIR' }).waitFor(patience);
  assert.equal((await fetch(`${plain.url}/engine`, { method: 'POST', body: '{"name":"liveportrait"}' })).status, 409);
  await poor.close();
  await plain.end();

  const service = await serve('--engine', 'liveportrait', '--models', models, '--recordings', join(folder, 'recordings'));
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  const other = await open(browser, service.url);
  const source = camera(service);
  await says(page, 'shadowing');
  const select = page.getByLabel('What makes the expression');
  await until(page, () => document.getElementById('engine').value === 'liveportrait');
  assert.equal(await page.locator('#engine option:enabled').count(), 2);

  // By keyboard, and the focus stays. While it loads that is said.
  const asked = [];
  await page.route('**/engine', async (route) => {
    asked.push([await select.isDisabled(), await page.textContent('#engine-hint')]);
    await route.continue();
  });
  await select.focus();
  await page.keyboard.press('ArrowUp');
  await hints(page, /^mesh makes the expression now/);
  assert.deepEqual(asked, [[true, 'Loading mesh. The engine before goes on until it is there.']]);
  assert.equal(await select.inputValue(), 'mesh');
  assert.equal(await select.isDisabled(), false);
  assert(await select.evaluate((it) => it === document.activeElement));
  assert.equal(await running(service), 'mesh');
  await says(page, 'shadowing');
  await until(page, () => document.getElementById('animated').naturalWidth > 0);
  await until(other, () => document.getElementById('engine').value === 'mesh'); // another page hears of it
  await expectAccessible(page);
  await page.locator('#engine').scrollIntoViewIfNeeded();
  await screenshot(page, 'engine.jpg');

  // One that does not load leaves the old one at work.
  const file = join(models, 'motion_extractor.pth');
  renameSync(file, `${file}.away`);
  await select.selectOption('liveportrait');
  await page.locator('#engine-failure', { hasText: /^Not changed: .*motion_extractor\.pth/ }).waitFor(patience);
  await until(page, () => document.getElementById('engine').value === 'mesh');
  assert.equal(await running(service), 'mesh');
  await says(page, 'shadowing');
  await expectAccessible(page);
  renameSync(`${file}.away`, file);

  // A recording is of one engine, and says which.
  await page.click('#record');
  await page.locator('#record', { hasText: 'End the recording' }).waitFor(patience);
  await select.selectOption('liveportrait');
  await page.locator('#engine-failure', { hasText: 'stop the recording first' }).waitFor(patience);
  assert.equal(await running(service), 'mesh');
  await page.click('#record');
  await page.locator('#record', { hasText: /^Record$/ }).waitFor(patience);
  const [{ name }] = (await (await fetch(`${service.url}/recordings`)).json()).recordings;
  assert.equal((await (await fetch(`${service.url}/recordings/${name}`)).json()).engine, 'mesh');

  // A stop stays a stop.
  await page.keyboard.press('Space');
  await says(page, 'stopped');
  await select.selectOption('liveportrait');
  await hints(page, /^liveportrait makes the expression now/);
  assert.equal(await page.textContent('#engine-failure'), '');
  assert.equal(await service.state(), 'stopped');
  await page.click('#release');
  await says(page, 'shadowing');
  assert.equal(await running(service), 'liveportrait');

  source.end();
  expectClean(page, service);
  expectClean(other, service);
});
