// The real service and a real browser whose camera is a clip.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const folder = process.env.VIVIDFACE_FOLDER;
export const patience = { timeout: 120_000 }; // for whatever a busy machine must get to; nothing waits longer than it has to

/** `vividface serve` on free ports of this machine. */
export class Service {
  static async start(...options) {
    const service = new Service();
    const port = options.includes('--port') ? [] : ['--port', '0'];
    const zmq = options.includes('--config') ? [] : ['--zmq', 'tcp://127.0.0.1:*']; // each session has its own
    const parts = ['serve', ...zmq, ...port, ...options];
    service.process = spawn(process.env.VIVIDFACE_PROGRAM, parts, { stdio: ['ignore', 'pipe', 'inherit'] });
    service.url = await new Promise((resolve, reject) => {
      let text = '';
      service.process.stdout.on('data', (bytes) => {
        text += bytes;
        const found = text.match(/serving on (http:\/\/[\d.]+:\d+)/);
        if (found) resolve(found[1]);
      });
      service.process.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${text}`)));
    });
    return service;
  }

  get port() {
    return new URL(this.url).port;
  }

  async state(headers = {}) {
    return (await fetch(`${this.url}/state`, { headers })).text();
  }

  async waitFor(state, headers = {}) {
    const end = Date.now() + patience.timeout;
    let now = '';
    while ((now = await this.state(headers)) !== state) {
      assert(Date.now() < end, `the state is "${now}", not "${state}"`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill(signal);
    await ended;
  }
}

/** Runs `test` with a browser whose camera plays the clip; at its end all is closed. */
export async function withBrowser(test) {
  const browser = await chromium.launch({
    executablePath: process.env.VIVIDFACE_CHROMIUM,
    args: [
      '--no-sandbox', // a test may be root; only the service's own pages are opened
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${join(folder, 'camera.mjpeg')}`,
    ],
  });
  const services = [];
  try {
    await test(browser, async (...options) => {
      const service = await Service.start(...options);
      services.push(service);
      return service;
    });
  } finally {
    await browser.close();
    for (const service of services) await service.end('SIGKILL');
  }
}

/** A tab that knows what went wrong in it and whom it asked. */
/** `settings` of a new context, or {context} to open it in. */
export async function open(browser, url, settings = {}) {
  const context = settings.context ?? (await browser.newContext(settings));
  const page = await context.newPage();
  const asked = [];
  const errors = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => /Content Security Policy/.test(message.text()) && errors.push(message.text()));
  await page.goto(url);
  return Object.assign(page, { asked, errors });
}

/** Nothing was asked of another host, and no script failed. */
export function expectClean(page, service) {
  const elsewhere = page.asked.filter((url) => !/^(blob|data):/.test(url) && new URL(url).host !== new URL(service.url).host);
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(page.errors, []);
}

export async function expectAccessible(page) {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  const source = await (await import('node:fs/promises')).readFile(axe, 'utf8');
  await page.evaluate(source); // not a script element: the page's policy would not let it in
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
}

/** Shows the service one of the folder's pictures over and over: `shown`, which may be changed. */
export function camera(service, first = 'neutral') {
  const source = { shown: first };
  const post = () => fetch(`${service.url}/stream`, { method: 'POST', headers: { 'Content-Type': 'image/jpeg' }, body: readFileSync(join(folder, `${source.shown}.jpg`)) }).catch(() => undefined);
  const timer = setInterval(post, 60);
  source.end = () => clearInterval(timer);
  return source;
}

/** For the documentation, where VIVIDFACE_SCREENSHOTS names a folder. */
export async function screenshot(page, name) {
  const out = process.env.VIVIDFACE_SCREENSHOTS;
  if (!out) return;
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: join(out, name), type: 'jpeg', quality: 82 });
}

/** Waits until `test` is true in the page. Asked from outside: in the page, waiting would need an eval, which its policy forbids. */
export async function until(page, test, argument) {
  const end = Date.now() + patience.timeout;
  while (!(await page.evaluate(test, argument))) {
    assert(Date.now() < end, `still not so: ${test}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
