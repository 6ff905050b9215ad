// Who is turned away is told so. What the service knows of the face is real but for its turn, which the clip does not have.
import assert from 'node:assert/strict';
import { expectClean, open, patience, withBrowser } from './harness.mjs';

await withBrowser(async (browser, serve) => {
  const service = await serve();
  const context = await browser.newContext();
  let turn = {};
  let last;
  await context.route(/\/faces$/, async (route) => {
    const answer = await route.fetch();
    const message = await answer.json();
    last = message.faces.find(({ followed }) => followed) ?? last;
    for (const face of message.faces) if (face.followed) Object.assign(face, turn);
    await route.fulfill({ response: answer, json: message });
  });
  const page = await open(browser, `${service.url}/phone`, { context });
  const says = (text) => page.locator('#advice', { hasText: text }).waitFor(patience);
  await service.waitFor('shadowing');
  await says('The robot follows you');
  turn = { yaw: -42 };
  await says('You are turned away');
  turn = { pitch: 35 };
  await says('Your chin is low');
  turn = {};
  await says('The robot follows you');
  assert(Math.abs(last.yaw) < 25 && Math.abs(last.pitch) < 25, `the clip looks into the camera: ${JSON.stringify(last)}`);
  expectClean(page, service);
});
