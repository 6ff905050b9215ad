// The neutral face and the eyes' ends, from the phone and from the dashboard: why a step fails, that it can be done again, and that
// what is kept under a name outlasts the service. On the dashboard the camera is this test, which shows the virtual robot's face.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { camera, expectAccessible, expectClean, folder, open, patience, screenshot, withBrowser } from './harness.mjs';

const people = join(folder, 'people');

await withBrowser(async (browser, serve) => {
  let service = await serve('--people', people);
  const phone = await open(browser, `${service.url}/phone`, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const says = (page, id, text) => page.locator(id, { hasText: text }).waitFor(patience);
  await says(phone, '#advice', 'The robot follows you');
  await phone.click('#neutral');
  await says(phone, '#advice', 'Relax and look straight ahead: ');
  assert.equal(await phone.isDisabled('#eyes'), true);
  await says(phone, '#advice', 'The neutral face is taken.');
  await says(phone, '#advice', 'The robot follows you');

  // Whose eyes stay open is told so, and nothing changes.
  await phone.click('summary:has-text("My eyes")');
  await phone.click('#eyes');
  await says(phone, '#advice', 'shut both eyes');
  await says(phone, '#advice', 'Not taken: shut both eyes. Try again.');
  assert.equal(await phone.isDisabled('#neutral'), false);
  await phone.fill('#kept-name', '../anna');
  await phone.click('#kept-keep');
  await says(phone, '#kept-more', 'letters, digits');
  await phone.fill('#kept-name', 'anna');
  await phone.click('#kept-keep');
  await says(phone, '#kept-more', 'anna is kept.');
  await says(phone, '#kept-keep', 'Replace anna');
  await expectAccessible(phone);
  await screenshot(phone, 'phone-calibration.jpg');
  assert.equal(statSync(join(people, 'anna.person')).mode & 0o777, 0o600);
  expectClean(phone, service);
  await phone.close();

  // On the dashboard: a face whose eyes are shut is no neutral one.
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  const source = camera(service);
  await service.waitFor('shadowing');
  await says(page, '#calibration-in-force', 'of anna: neutral face; judged from the open eye: shut eyes, wide eyes.');
  source.shown = 'shut';
  await page.focus('#calibrate-neutral');
  await page.keyboard.press('Enter');
  await says(page, '#calibration-said', 'keep your eyes open');
  await says(page, '#calibration-said', 'Not taken: keep your eyes open. Try again.');
  source.shown = 'neutral';
  await page.click('#calibrate-neutral');
  await page.locator('#calibration-share').waitFor(patience);
  await screenshot(page, 'dashboard-calibrating.jpg');
  await says(page, '#calibration-said', 'The neutral face is taken.');
  await says(page, '#calibration-in-force', /^In force: neutral face;/);

  await page.click('#calibrate-shut');
  await page.click('#calibration-cancel');
  await says(page, '#calibration-said', 'Not taken: it was cancelled.');

  // All three, one after the other, as the person is told to.
  await page.click('#calibrate-all');
  await says(page, '#calibration-said', 'Relax and look straight ahead');
  await says(page, '#calibration-said', 'Shut your eyes');
  source.shown = 'shut';
  await says(page, '#calibration-said', 'Open your eyes wide');
  source.shown = 'wide';
  await says(page, '#calibration-said', 'The wide eyes are taken.');
  await says(page, '#calibration-in-force', 'In force: neutral face, shut eyes, wide eyes.');
  source.shown = 'neutral';
  await page.fill('#kept-name', 'ben');
  await page.click('#kept-keep');
  await says(page, '#kept-more', 'ben is kept.');
  await says(page, '#calibration-in-force', 'In force, of ben: neutral face, shut eyes, wide eyes.');
  await expectAccessible(page);
  await page.evaluate(() => window.scrollTo(0, document.getElementById('calibration-title').getBoundingClientRect().top + scrollY - 240));
  await screenshot(page, 'calibration.jpg');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.click('#theme');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(width <= 390, `${width} px wide`);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 1000 });

  // The service begins anew: they are still there.
  source.end();
  await service.end();
  const { port } = service;
  service = await serve('--people', people, '--port', port);
  const again = camera(service);
  await service.waitFor('shadowing');
  await says(page, '#calibration-in-force', /^In force: neutral face; judged/);
  await page.selectOption('#kept-choice', 'ben');
  await page.click('#kept-use');
  await says(page, '#kept-more', 'ben is used from the next frame on.');
  await says(page, '#calibration-in-force', 'In force, of ben: neutral face, shut eyes, wide eyes.');
  await page.selectOption('#kept-choice', 'anna');
  await page.click('#kept-forget');
  await says(page, '#kept-more', 'anna is forgotten.');
  assert.deepEqual(await page.locator('#kept-choice option').allTextContents(), ['ben']);
  again.end();

  // Without frames nothing can be taken; without a folder nobody is kept.
  await service.waitFor('no camera');
  await page.click('#calibrate-neutral');
  await says(page, '#calibration-said', 'Not taken: no frames come in. Try again.');
  expectClean(page, service);
  await service.end();
  const poor = await serve();
  const plain = await open(browser, poor.url);
  await says(plain, '#kept-none', '--people FOLDER');
  assert.equal(await plain.locator('#kept').isVisible(), false);
  expectClean(plain, poor);
});
