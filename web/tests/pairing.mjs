// The link that a phone scans, by https and with a certificate that the service made: it lets one phone in, which the tab remembers;
// then the terminal and the dashboard show another.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { folder, open, patience, until, withBrowser } from './harness.mjs';

/** The service at a terminal, which is where it shows the link. */
class AtTerminal {
  text = '';

  constructor(...options) {
    const line = [process.env.VIVIDFACE_PROGRAM, 'serve', '--port', '0', '--zmq', 'tcp://127.0.0.1:*', ...options].map((part) => `'${part}'`).join(' ');
    this.process = spawn('script', ['-qefc', line, '/dev/null'], { env: { ...process.env, XDG_CONFIG_HOME: folder }, stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout.on('data', (bytes) => (this.text += bytes));
    this.ended = new Promise((done) => this.process.once('exit', done));
  }

  /** The links so far, once there are `count`. */
  async links(count) {
    const end = Date.now() + patience.timeout;
    for (;;) {
      const found = [...this.text.matchAll(/phones: (https:\S+)/g)].map(([, link]) => link);
      if (found.length >= count) return found;
      if (count === 1 && /space or s: emergency stop/.test(this.text) && /dashboard:.*\n/.test(this.text)) {
        await new Promise((done) => setTimeout(done, 2000));
        if (!/phones:/.test(this.text)) return []; // no address in a network
      }
      assert(Date.now() < end, this.text);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  async end() {
    this.process.stdin.write('q');
    await this.ended;
  }
}

await withBrowser(async (browser) => {
  const service = new AtTerminal('--bind', '0.0.0.0');
  try {
    const [link] = await service.links(1);
    if (link === undefined) {
      console.log('skipped: this machine has no address in a network');
      return;
    }
    const local = service.text.match(/dashboard: (http:\/\/127\.0\.0\.1:\d+)/)[1];
    const dashboard = await open(browser, local);
    await until(dashboard, () => document.getElementById('code').naturalWidth > 0);
    const code = await dashboard.getAttribute('#code', 'src');

    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const phone = await open(browser, link, { context });
    await phone.locator('#advice', { hasText: 'The robot follows you' }).waitFor(patience);
    assert.equal(phone.url(), link.split('#')[0]);
    await phone.reload(); // the tab keeps its token
    await phone.locator('#advice', { hasText: 'The robot follows you' }).waitFor(patience);
    assert.deepEqual(phone.errors, []);

    // The same link lets nobody else in; the next one does.
    const late = await open(browser, link, { context: await browser.newContext({ ignoreHTTPSErrors: true }) });
    await late.locator('#advice', { hasText: 'This link is not valid any more' }).waitFor(patience);
    const [, next] = await service.links(2);
    assert.notEqual(next, link);
    await until(dashboard, (was) => document.getElementById('code').src !== was, code);
    await late.goto('about:blank');
    await late.goto(next);
    await late.locator('#advice', { hasText: 'The robot follows you' }).waitFor(patience);
  } finally {
    await service.end();
  }
});
