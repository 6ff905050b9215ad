// The profile on the dashboard: sliders, switches, presets, undo, files, and what of it the robot is sent.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible, expectClean, folder, open, patience, screenshot, until, withBrowser } from './harness.mjs';

const file = join(folder, 'mine.toml');
writeFileSync(file, 'name = "mine"\n[controls."Head Pitch"]\nmute = true\n');

await withBrowser(async (browser, serve) => {
  const service = await serve('--profile', file);
  const page = await open(browser, service.url, { viewport: { width: 1280, height: 1000 }, acceptDownloads: true });
  const phone = await open(browser, `${service.url}/phone`);
  await service.waitFor('shadowing');

  const profile = async () => (await (await fetch(`${service.url}/profile`)).json()).profile;
  const inForce = async (test) => {
    const end = Date.now() + patience.timeout;
    while (!test(await profile())) {
      assert(Date.now() < end, `still not so: ${test}; it is ${JSON.stringify(await profile())}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const pressed = (name) => page.getByRole('button', { name, exact: true, pressed: true });
  const openRegion = async (name) => {
    const summary = page.locator('.profile-region summary', { hasText: name });
    await summary.focus();
    await page.keyboard.press('Enter');
  };
  const isAt = (name, value) =>
    until(page, ([of, wanted]) => Math.abs(document.querySelector(`[role="meter"][aria-label="${of}"]`).getAttribute('aria-valuenow') - wanted) < 0.02, [name, value]);

  // The file's at first.
  await page.locator('#profile-name', { hasText: 'mine' }).waitFor(patience);
  await page.locator('#profile-state', { hasText: 'Saved.' }).waitFor(patience);
  await openRegion('Head');
  await pressed('Mute Head Pitch').waitFor(patience);
  await isAt('Head Pitch', 0);

  // By keyboard: a switch, and a slider.
  await page.getByRole('button', { name: 'Mute Head Yaw', exact: true }).focus();
  await page.keyboard.press('Enter');
  await pressed('Mute Head Yaw').waitFor(patience);
  await inForce((now) => now.controls['Head Yaw']?.mute === true);
  await isAt('Head Yaw', 0);
  await page.locator('#profile-state', { hasText: 'Not saved yet.' }).waitFor(patience);
  await page.getByRole('slider', { name: 'Gain of Head Roll', exact: true }).focus();
  await page.keyboard.press('End');
  await inForce((now) => now.controls['Head Roll']?.gain === 4);
  await page.keyboard.press('ArrowLeft');
  await inForce((now) => now.controls['Head Roll']?.gain === 3.95);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await inForce((now) => now.controls['Head Roll'] === undefined && now.controls['Head Yaw']?.mute === true);
  await page.click('#profile-undo');
  await inForce((now) => now.controls['Head Yaw'] === undefined);
  await page.click('#profile-redo');
  await inForce((now) => now.controls['Head Yaw']?.mute === true);

  // Limits push each other along, and go no further than safety does.
  await openRegion('Jaw');
  const limit = (name) => page.getByRole('slider', { name: `${name} of Jaw Pitch`, exact: true });
  assert.equal(await limit('Min').getAttribute('min'), '0.5');
  await limit('Max').fill('0.6');
  await inForce((now) => now.controls['Jaw Pitch']?.max === 0.6);
  await limit('Min').fill('0.7');
  await inForce((now) => now.controls['Jaw Pitch']?.min === 0.7 && now.controls['Jaw Pitch']?.max === 0.7);
  await isAt('Jaw Pitch', 0.7);
  await page.locator('.profile-region summary', { hasText: 'Jaw: 1 changed' }).waitFor(patience);

  // All of a region, and a preset for one.
  await openRegion('Lips');
  await page.getByRole('slider', { name: 'Gain of all of lips', exact: true }).fill('0.5');
  await inForce((now) => now.controls['Lip Top Curl']?.gain === 0.5 && now.controls['Lip Corner Raise Left']?.gain === 0.5);
  await page.selectOption('#preset', { label: 'lively' });
  await page.selectOption('#preset-region', 'brows');
  await page.click('#preset-apply');
  await inForce((now) => now.controls['Brow Inner Left']?.gain === 1.4 && now.controls['Lip Top Curl']?.gain === 0.5);
  await page.evaluate(() => document.getElementById('profile').scrollIntoView());
  await screenshot(page, 'profile.jpg');
  await expectAccessible(page);
  await page.click('#theme');
  await expectAccessible(page);
  await screenshot(page, 'profile-dark.jpg');
  await page.setViewportSize({ width: 420, height: 900 });
  const wide = await page.$$eval('body *', (all) => all.filter((each) => each.getBoundingClientRect().right > 420).map((each) => each.id || each.className || each.tagName));
  assert.deepEqual(wide, []);
  await page.evaluate(() => document.getElementById('profile').scrollIntoView());
  await screenshot(page, 'profile-narrow.jpg');
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.getByRole('button', { name: 'Reset all of lips', exact: true }).click();
  await inForce((now) => now.controls['Lip Top Curl'] === undefined && now.controls['Brow Inner Left']?.gain === 1.4);

  // Mirrored, saved, exported, imported.
  await page.click('#profile-mirror');
  await pressed('Mirror the face').waitFor(patience);
  await inForce((now) => now.mirror);
  await page.click('#profile-save');
  await page.locator('#profile-state', { hasText: 'Saved.' }).waitFor(patience);
  assert.match(readFileSync(file, 'utf8'), /mirror = true/);
  const [download] = await Promise.all([page.waitForEvent('download', patience), page.click('#profile-export')]);
  assert.equal(download.suggestedFilename(), 'mine.toml');
  const exported = join(folder, 'exported.toml');
  await download.saveAs(exported);
  assert(existsSync(exported) && /Head Yaw/.test(readFileSync(exported, 'utf8')));
  await page.click('#profile-reset');
  await inForce((now) => !now.mirror && Object.keys(now.controls).length === 0);
  await page.setInputFiles('#profile-import', exported);
  await inForce((now) => now.mirror && now.controls['Head Yaw']?.mute === true);
  await pressed('Mirror the face').waitFor(patience);
  writeFileSync(exported, 'gian = 1');
  await page.setInputFiles('#profile-import', exported);
  await page.locator('#profile-problem', { hasText: 'gian' }).waitFor(patience);
  await inForce((now) => now.mirror);

  // A file that is edited is in force at once; a broken one changes nothing but is told.
  writeFileSync(file, 'name = "edited by hand"');
  await page.locator('#profile-name', { hasText: 'edited by hand' }).waitFor(patience);
  await pressed('Mirror the face').waitFor({ state: 'hidden', ...patience });
  writeFileSync(file, 'name = ');
  await page.locator('#profile-problem', { hasText: 'line 1' }).waitFor(patience);
  await page.click('#profile-undo'); // what was before the edit
  await pressed('Mirror the face').waitFor(patience);

  for (const each of [page, phone]) expectClean(each, service);
});
