// A large file up and down: by the release page in Chromium, which seals and opens it, and beside it the same routes of
// the same server with the bytes as they are, by an HTTP client that does nothing else. Both have as many parts on their
// way at once, read from disk, and write to it. And once more by the page's own `fetch`, from and to memory: what the browser
// itself takes for plain bytes. Prints one JSON line a measurement.
//
//     node attachment.mjs '{"server","web","seeder","chromium","cache","sizeMib"}'

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Chromium, HELPERS, resident } from './chromium.mjs';
import { fill, startServer } from './server.mjs';

const ROUNDS = 3;
// Of the page's transfers.
const AT_ONCE = 3;
const PART_BYTES = 64 * (64 * 1024 + 16);
const SAMPLE_MS = 250;
const MIB = 1024 * 1024;

const programs = JSON.parse(process.argv[2]);
const size = programs.sizeMib * MIB;
const say = (what, value, unit) =>
  console.log(JSON.stringify({ what, count: programs.sizeMib, value: Number(value.toFixed(1)), unit }));
const sayRate = (what, ms) => say(what, programs.sizeMib / (ms / 1000), 'MiB/s');

async function made(file) {
  const out = await open(file, 'w');
  for (let at = 0; at < size; at += MIB) await out.write(randomBytes(MIB));
  await out.close();
}

async function digest(file) {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file)) hash.update(bytes);
  return hash.digest('hex');
}

// Runs something for each part, so many at once.
async function eachPart(run) {
  const parts = Math.ceil(size / PART_BYTES);
  let next = 0;
  const worker = async () => {
    while (next < parts) {
      const part = next;
      next += 1;
      await run(part);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// Memory of page and workers while something runs: what it took at the beginning, and at most.
async function watched(browser, what, run) {
  const id = await browser.process();
  const before = resident(id);
  let most = before;
  let ended = false;
  const sampling = (async () => {
    while (!ended) {
      most = Math.max(most, resident(id));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  const result = await run();
  ended = true;
  await sampling;
  say(`Memory of page and workers, before ${what}`, before, 'MiB');
  say(`Memory of page and workers, most in ${what}`, most, 'MiB');
  return result;
}

async function signIn(browser, url, { address, password }) {
  await browser.goto(`${url}/sign-in`);
  await browser.run(() => bench.until(() => document.querySelector('#password')));
  await browser.type('#address', address);
  await browser.type('#password', password);
  await browser.press('form button[type=submit]');
  await browser.run(() => bench.until(() => document.querySelector('.mail-sheet')));
  const { cookies } = await browser.send('Storage.getCookies');
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const headers = { cookie, 'x-zegel-client': 'bench' };
  const session = await (await fetch(`${url}/api/session`, { headers })).json();
  return { headers, mailbox: session.account };
}

// Writes a letter with the file to oneself; milliseconds until the whole file is sealed and sent.
async function upload(browser, url, address, file, subject) {
  await browser.goto(`${url}/compose`);
  await browser.run(() => bench.until(() => document.querySelector('#to')));
  await browser.type('#to', `${address},`);
  await browser.type('#subject', subject);
  await browser.type('textarea', 'Bijgevoegd het bestand.');
  const { result } = await browser.ask('Runtime.evaluate',
    { expression: 'document.querySelector(".compose-foot input[type=file]")' });
  const ms = await watched(browser, 'upload', async () => {
    const begun = performance.now();
    await browser.ask('DOM.setFileInputFiles', { objectId: result.objectId, files: [file] });
    await browser.run(() => bench.until(() =>
      document.querySelector('.upload .seal-mark'), 600000));
    return performance.now() - begun;
  });
  await browser.press('.compose-foot button[type=submit]');
  await browser.run(() => bench.until(() => !document.querySelector('.compose-form')));
  return ms;
}

// Fetches the file of the newest message: milliseconds until it is verified, and until it is on disk.
async function download(browser, url) {
  await browser.goto(`${url}/`);
  await browser.run(() => bench.until(() => document.querySelector('a.mail-row')));
  await browser.press('a.mail-row');
  await browser.run(() => bench.until(() => document.querySelector('.files .file button')));
  const message = await browser.run(() => location.pathname.split('/').pop());
  const times = await watched(browser, 'download', async () => {
    const saving = browser.event(({ method }) => method === 'Browser.downloadWillBegin');
    const saved = browser.event(({ method, params }) =>
      method === 'Browser.downloadProgress' && params.state === 'completed');
    const begun = performance.now();
    await browser.press('.files .file button');
    await saving;
    const verified = performance.now() - begun;
    await saved;
    return [verified, performance.now() - begun];
  });
  return { message, times };
}

// The same bytes without their being sealed: an upload of its own, part by part from the file.
async function plainUpload(url, { headers, mailbox }, file) {
  const attachment = randomBytes(16).toString('base64url');
  const uploads = `${url}/api/mailboxes/${mailbox}/uploads`;
  const input = await open(file);
  const begun = performance.now();
  await check(fetch(uploads, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ attachment, sealed_bytes: size }),
  }));
  await eachPart(async (part) => {
    const start = part * PART_BYTES;
    const body = Buffer.allocUnsafe(Math.min(PART_BYTES, size - start));
    await input.read(body, 0, body.length, start);
    await check(fetch(`${uploads}/${attachment}/parts/${part}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body,
    }));
  });
  const ms = performance.now() - begun;
  await input.close();
  await check(fetch(`${uploads}/${attachment}/cancel`, {
    method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}',
  }));
  return ms;
}

// The parts of the message's file as they lie on the server, onto disk without their being opened.
async function plainDownload(url, { headers, mailbox }, message, attachment, file) {
  const output = await open(file, 'w');
  const begun = performance.now();
  await eachPart(async (part) => {
    const path = `/api/mailboxes/${mailbox}/messages/${message}/attachments/${attachment}/parts/${part}`;
    const answer = await check(fetch(`${url}${path}`, { headers }));
    await output.write(new Uint8Array(await answer.arrayBuffer()), 0, undefined, part * PART_BYTES);
  });
  const ms = performance.now() - begun;
  await output.close();
  return ms;
}

// The same as [`plainUpload`] by the page's own `fetch`; milliseconds.
async function pageUpload(browser, { mailbox }) {
  const attachment = randomBytes(16).toString('base64url');
  return browser.run(async (uploads, id, bytes, partBytes, atOnce) => {
    const send = async (method, path, type, body) => {
      const headers = { 'x-zegel-client': 'bench', 'content-type': type };
      const answer = await fetch(`${uploads}${path}`, { method, headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.arrayBuffer();
    };
    const plain = new Uint8Array(partBytes);
    for (let at = 0; at < partBytes; at += 65536) {
      crypto.getRandomValues(plain.subarray(at, Math.min(at + 65536, partBytes)));
    }
    const begun = performance.now();
    await send('POST', '', 'application/json', JSON.stringify({ attachment: id, sealed_bytes: bytes }));
    let next = 0;
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (next * partBytes < bytes) {
        const part = next;
        next += 1;
        const body = plain.subarray(0, Math.min(partBytes, bytes - part * partBytes));
        await send('PUT', `/${id}/parts/${part}`, 'application/octet-stream', body);
      }
    }));
    const ms = performance.now() - begun;
    await send('POST', `/${id}/cancel`, 'application/json', '{}');
    return ms;
  }, [`/api/mailboxes/${mailbox}/uploads`, attachment, size, PART_BYTES, AT_ONCE]);
}

// The same as [`plainDownload`] by the page's own `fetch`; milliseconds.
function pageDownload(browser, { mailbox }, message, attachment) {
  return browser.run(async (path, parts, atOnce) => {
    const begun = performance.now();
    let next = 0;
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (next < parts) {
        const part = next;
        next += 1;
        const answer = await fetch(`${path}/${part}`, { cache: 'no-store', headers: { 'x-zegel-client': 'bench' } });
        if (!answer.ok) throw new Error(await answer.text());
        await answer.arrayBuffer();
      }
    }));
    return performance.now() - begun;
  }, [`/api/mailboxes/${mailbox}/messages/${message}/attachments/${attachment}/parts`,
    Math.ceil(size / PART_BYTES), AT_ONCE]);
}

async function check(answering) {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

// The one attachment that the server has, as its folder is called.
function stored(data) {
  const folder = join(data, 'attachments');
  const names = readdirSync(folder).flatMap((first) => readdirSync(join(folder, first)));
  const newest = names
    .map((name) => ({ name, at: statSync(join(folder, name.slice(0, 2), name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)[0];
  return Buffer.from(newest.name, 'hex').toString('base64url');
}

const folder = mkdtempSync(join(programs.cache, 'run-'));
const data = join(folder, 'data');
const server = await startServer(programs, data);
try {
  const reader = await fill(programs, server.url, data, 0);
  const file = join(folder, 'file.bin');
  await made(file);
  const sum = await digest(file);
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await Chromium.start(programs.chromium);
    try {
      await browser.ask('Page.addScriptToEvaluateOnNewDocument', { source: HELPERS });
      const session = await signIn(browser, server.url, reader);
      sayRate('Up, sealed by the page', await upload(browser, server.url, reader.address, file, `Bestand ${round}`));
      const attachment = stored(data);
      sayRate('Up, plain bytes', await plainUpload(server.url, session, file));
      const { message, times: [verified, saved] } = await download(browser, server.url);
      sayRate('Down, opened and verified by the page', verified);
      sayRate('Down, the same until the browser has saved it', saved);
      const fetched = join(folder, 'fetched.bin');
      sayRate('Down, plain bytes', await plainDownload(server.url, session, message, attachment, fetched));
      rmSync(fetched);
      // Last: what they leave in the page's memory is none of the transfers'.
      sayRate('Up, plain bytes from the memory of the page', await pageUpload(browser, session));
      sayRate('Down, plain bytes to the memory of the page',
        await pageDownload(browser, session, message, attachment));
      if (await digest(join(browser.folder, 'file.bin')) !== sum) throw new Error('another file came down');
    } finally {
      await browser.end();
    }
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
