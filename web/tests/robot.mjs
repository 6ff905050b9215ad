// The robot in 3D shows what the renderer shows: ten sets of controls, each compared with the renderer's picture.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectClean, folder, open, screenshot, until, withBrowser } from './harness.mjs';

const kSide = 360; // px, of the renderer's pictures
const kMost = 0.8; // mean difference of a colour, of 255

const sets = JSON.parse(readFileSync(join(folder, 'sets.json')));
const asUrl = (png) => `data:image/png;base64,${png.toString('base64')}`;

/** Mean difference of two pictures' colours; `first` and `second` are their addresses. */
async function difference(page, first, second) {
  return page.evaluate(async ([urls, side]) => {
    const [one, other] = await Promise.all(urls.map(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const context = Object.assign(document.createElement('canvas'), { width: side, height: side }).getContext('2d');
      context.drawImage(image, 0, 0, side, side);
      return context.getImageData(0, 0, side, side).data;
    }));
    let sum = 0;
    for (let i = 0; i < one.length; ++i) if (i % 4 !== 3) sum += Math.abs(one[i] - other[i]);
    return sum / (0.75 * one.length);
  }, [[first, second], kSide]);
}

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  let socket;
  // The service's own messages, but for the controls, which are the test's.
  await context.routeWebSocket(/\/ws\/state$/, (page) => {
    const server = page.connectToServer();
    server.onMessage((text) => {
      const message = JSON.parse(text);
      if (message.names !== undefined) page.send(text);
    });
    socket = page;
  });
  const page = await open(browser, service.url, { context });
  const canvas = page.locator('#robot');
  await page.locator('#robot-reset').waitFor();
  await page.evaluate((side) => {
    const canvas = document.getElementById('robot');
    for (const [name, value] of [['position', 'fixed'], ['inset', '0 auto auto 0'], ['width', `${side}px`], ['height', `${side}px`], ['z-index', '9']]) {
      canvas.style.setProperty(name, value, 'important');
    }
    document.body.append(canvas);
  }, kSide);
  await until(page, (side) => document.getElementById('robot').width === side, kSide);

  const ours = [];
  const renderers = [];
  for (const [i, { controls }] of sets.entries()) {
    socket.send(JSON.stringify({ v: 1, controls }));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    ours.push(asUrl(await canvas.screenshot()));
    renderers.push(asUrl(readFileSync(join(folder, `${i}.png`))));
  }
  for (const [i, { name }] of sets.entries()) {
    const same = await difference(page, ours[i], renderers[i]);
    const moved = await difference(page, renderers[i], renderers[0]);
    console.log(`${name}: ${same.toFixed(2)} of 255 apart, ${moved.toFixed(2)} from neutral`);
    assert(same < kMost && (i === 0 || same < 0.6 * moved), name);
  }

  // Turned by hand it looks different, and is as before when it is set back.
  const before = ours.at(-1);
  await page.mouse.move(kSide / 2, kSide / 2);
  await page.mouse.down();
  await page.mouse.move(kSide / 2 + 80, kSide / 2, { steps: 4 });
  await page.mouse.up();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert((await difference(page, before, asUrl(await canvas.screenshot()))) > 5);
  await page.locator('#robot-reset').dispatchEvent('click');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert((await difference(page, before, asUrl(await canvas.screenshot()))) < 0.5);
  expectClean(page, service);

  // The contact sheet of the documentation: the renderer's pictures above, the page's below.
  const [left, top, width, height] = [60, 30, 260, 280]; // what a head keeps to
  const [column, row] = [width / 2, height / 2];
  await page.evaluate(async ([above, below, from, to]) => {
    const sheet = Object.assign(document.createElement('canvas'), { width: above.length * to[0], height: 2 * to[1] });
    const context = sheet.getContext('2d');
    for (const [y, urls] of [above, below].entries()) {
      for (const [x, url] of urls.entries()) {
        const image = new Image();
        image.src = url;
        await image.decode();
        context.drawImage(image, ...from, x * to[0], y * to[1], ...to);
      }
    }
    document.body.replaceChildren(sheet);
    document.body.style.margin = 0;
  }, [renderers, ours, [left, top, width, height], [column, row]]);
  await page.setViewportSize({ width: sets.length * column, height: 2 * row });
  await screenshot(page, 'robot.jpg');
});
