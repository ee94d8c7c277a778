// Headless Chromium, driven over the DevTools protocol through a pipe: with workers and processes, of which WebDriver
// knows nothing.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions',
  '--lang=en-US', '--window-size=1440,900', '--remote-debugging-pipe', 'about:blank',
];
const MIB = 1024 * 1024;
// A mouse button is down for so long, and rests there as long before.
const HAND_MS = 80;

// Resident MiB of a process.
export function resident(id) {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024;
}

export class Chromium {
  #last = 0;
  #waiting = new Map();
  #listeners = new Set();

  // Starts it with an empty profile.
  static async start(program) {
    const browser = new Chromium();
    browser.folder = mkdtempSync(join(tmpdir(), 'zegel-bench-'));
    browser.child = spawn(program, [`--user-data-dir=${join(browser.folder, 'profile')}`, ...FLAGS], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let rest = '';
    browser.child.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) browser.#take(JSON.parse(message));
    });
    await browser.send('Browser.setDownloadBehavior', {
      behavior: 'allow', downloadPath: browser.folder, eventsEnabled: true,
    });
    const { targetInfos } = await browser.send('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    browser.page = sessionId;
    await browser.ask('Page.enable');
    return browser;
  }

  #take(message) {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) {
      for (const listener of this.#listeners) listener(message);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting.resolve(message.result);
  }

  // A command to the browser, or to the session of a page or worker.
  send(method, params = {}, sessionId = undefined) {
    const id = this.#last += 1;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, method }));
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer;
  }

  // A command to the page.
  ask(method, params) {
    return this.send(method, params, this.page);
  }

  // The next event that `wanted` takes.
  event(wanted) {
    return new Promise((resolve) => {
      const listener = (message) => {
        if (!wanted(message)) return;
        this.#listeners.delete(listener);
        resolve(message.params);
      };
      this.#listeners.add(listener);
    });
  }

  // Runs a function in the page, or in the worker of a session, and gives what it gives.
  async run(code, values = [], sessionId = this.page) {
    const expression = `(${code})(${values.map((value) => JSON.stringify(value)).join(', ')})`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true }, sessionId);
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  // Goes to an address. What `HELPERS` names is there from the beginning on.
  async goto(url) {
    const loaded = this.event(({ method }) => method === 'Page.domContentEventFired');
    await this.ask('Page.navigate', { url });
    await loaded;
  }

  // Types text into the field that a selector finds.
  async type(selector, text) {
    await this.run((wanted) => { const field = document.querySelector(wanted); field.focus(); field.select?.(); },
      [selector]);
    await this.ask('Input.insertText', { text });
  }

  // Presses the mouse on what a selector finds, as a hand does: it comes there, and takes a moment.
  async press(selector) {
    const { x, y } = await this.run((wanted) => {
      const box = document.querySelector(wanted).getBoundingClientRect();
      return { x: box.x + Math.min(box.width / 2, 120), y: box.y + box.height / 2 };
    }, [selector]);
    await this.ask('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    for (const type of ['mousePressed', 'mouseReleased']) {
      await new Promise((resolve) => setTimeout(resolve, HAND_MS));
      await this.ask('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    }
  }

  // Sessions of the page's workers, attached from now on.
  async workers() {
    const workers = [];
    const listener = ({ method, params }) => {
      if (method === 'Target.attachedToTarget' && params.targetInfo.type === 'worker') workers.push(params.sessionId);
    };
    this.#listeners.add(listener);
    await this.ask('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
    this.#listeners.delete(listener);
    return workers;
  }

  async detach() {
    await this.ask('Target.setAutoAttach', { autoAttach: false, waitForDebuggerOnStart: false, flatten: true });
  }

  // MiB of WebAssembly memory in the page, or in the worker of a session.
  async wasmMemory(sessionId = this.page) {
    const { result } = await this.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' }, sessionId);
    const { objects } = await this.send('Runtime.queryObjects', { prototypeObjectId: result.objectId }, sessionId);
    const sum = await this.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: 'function () { return this.reduce((sum, it) => sum + it.buffer.byteLength, 0) }',
      returnByValue: true,
    }, sessionId);
    return sum.result.value / MIB;
  }

  // MiB of JavaScript heap in the page, or in the worker of a session.
  async heap(sessionId = this.page) {
    const { usedSize } = await this.send('Runtime.getHeapUsage', {}, sessionId);
    return usedSize / MIB;
  }

  // The process in which page and workers run: the largest of its kind.
  async process() {
    const { processInfo } = await this.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    return renderers.sort((a, b) => resident(b) - resident(a))[0];
  }

  // Ends it, and forgets its profile.
  async end() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    await this.send('Browser.close').catch(() => this.child.kill());
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

// Functions of the page: `bench.until(test)` answers when what `test` finds is on the screen, in milliseconds since the
// page began; `bench.after(type)` when an event of that type comes.
export const HELPERS = `globalThis.bench = {
  painted: () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  })),
  until: (test, patience_ms = 60000) => new Promise((resolve, reject) => {
    const look = () => {
      if (!test()) return false;
      observer.disconnect();
      removeEventListener('scroll', look, true);
      clearTimeout(patience);
      bench.painted().then(resolve);
      return true;
    };
    const observer = new MutationObserver(look);
    const patience = setTimeout(() => {
      observer.disconnect();
      reject(new Error('it did not come: ' + test + ' at ' + location.pathname + '\\n' + document.body.innerText.slice(0, 800)));
    }, patience_ms);
    if (look()) return;
    addEventListener('scroll', look, true);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  }),
  after: (type) => new Promise((resolve) =>
    addEventListener(type, () => resolve(performance.now()), { once: true, capture: true })),
};`;
