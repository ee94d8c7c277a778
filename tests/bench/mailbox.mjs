// A mailbox of seen messages in the release page, in Chromium, from the release server: from signing in to the first
// rows on the screen, scrolling, opening, searching, and what it takes of memory. Prints one JSON line a measurement.
//
//     node mailbox.mjs '{"server","web","seeder","chromium","cache","counts":[…]}'

import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chromium, HELPERS, resident } from './chromium.mjs';
import { fill, startServer } from './server.mjs';

// Of what the seeder writes, and of the database it is in. Another one is filled anew.
const FORMAT = 3;
const ROUNDS = 5;
const OPENED = 7;
// Nobody opens the next message before this one has come to rest.
const REST_MS = 300;
// What is searched for: the first search of a page fetches and opens the index.
const SEARCHED = [['akteaanvraag morgen', 'the first one'], ['beheerbedrag', 'the next one'], ['zaak 7', 'for a number']];

const programs = JSON.parse(process.argv[2]);
const say = (what, value, count, unit = 'ms') =>
  console.log(JSON.stringify({ what, count, value: Number(value.toFixed(1)), unit }));

// The data folder with so many messages, filled once.
async function filled(count) {
  const folder = join(programs.cache, `mailbox-${count}-v${FORMAT}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.part`;
  rmSync(making, { recursive: true, force: true });
  const server = await startServer(programs, making);
  try {
    const reader = await fill(programs, server.url, making, count);
    writeFileSync(join(making, 'reader.json'), JSON.stringify(reader));
  } finally {
    await server.stop();
  }
  renameSync(making, folder);
  return folder;
}

const row = 'a.mail-row';

async function signIn(browser, url, { address, password }) {
  await browser.goto(`${url}/sign-in`);
  await browser.run(() => bench.until(() => document.querySelector('#password')));
  await browser.type('#address', address);
  await browser.type('#password', password);
  const measured = browser.run(async (wanted) => {
    const pressed = bench.after('submit');
    const within = bench.until(() => document.querySelector('.mail-sheet'));
    const listed = bench.until(() => document.querySelector(wanted));
    return [await pressed, await within, await listed];
  }, [row]);
  await browser.press('form button[type=submit]');
  const [pressed, within, listed] = await measured;
  return { whole: listed - pressed, list: listed - within };
}

async function reload(browser) {
  const begun = browser.event(({ method }) => method === 'Page.domContentEventFired');
  await browser.ask('Page.reload');
  await begun;
  return browser.run((wanted) => bench.until(() => document.querySelector(wanted)), [row]);
}

// Scrolls to a part of the list's height, and waits until a row with words on it is in the middle of the pane.
async function scroll(browser, part) {
  return browser.run(async (wanted, to) => {
    const pane = document.querySelector('.pane-scroll');
    const begun = performance.now();
    pane.scrollTop = (pane.scrollHeight - pane.clientHeight) * to;
    const box = pane.getBoundingClientRect();
    const shown = () => document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      .map((element) => element.closest(wanted))
      .find((it) => it?.querySelector('.mail-subject')?.innerText.trim());
    return await bench.until(shown) - begun;
  }, [row, part]);
}

// Opens the row in that place, and waits until its text is on the screen.
async function open(browser, place) {
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const id = await browser.run((wanted, nth) => document.querySelectorAll(wanted)[nth].id, [row, place]);
  const measured = browser.run(async (target) => {
    const before = document.querySelector('article.message');
    const pressed = await bench.after('click');
    const shown = () => {
      const article = document.querySelector('article.message');
      // Its text as the browser would lay it out, `innerText`, has it laid out at once: that is the page's to do.
      return article && article !== before && article.querySelector('.message-body')?.textContent.trim();
    };
    if (!document.getElementById(target)) throw new Error('the row is gone');
    return await bench.until(shown) - pressed;
  }, [id]);
  await browser.press(`#${id}`);
  return measured;
}

// Searches for words, and waits until what was found is on the screen.
async function search(browser, words) {
  const measured = browser.run(async (wanted) => {
    const rows = () => [...document.querySelectorAll(wanted)].map((it) => it.id).join();
    const before = rows();
    const typed = await bench.after('input');
    const shown = () => document.querySelector('.list-pane').innerText.includes('messages searched')
      && !['', before].includes(rows());
    return await bench.until(shown) - typed;
  }, [row]);
  await browser.type('form.search input[type=search]', words);
  await browser.run(() => document.querySelector('form.search').requestSubmit());
  return measured;
}

async function memory(browser, when, count) {
  say(`Memory of page and workers, ${when}`, resident(await browser.process()), count, 'MiB');
  const workers = await browser.workers();
  say(`  of which WebAssembly of the page, ${when}`, await browser.wasmMemory(), count, 'MiB');
  let [wasm, heap] = [0, await browser.heap()];
  for (const worker of workers) {
    wasm += await browser.wasmMemory(worker);
    heap += await browser.heap(worker);
  }
  say(`  of which WebAssembly of the worker, ${when}`, wasm, count, 'MiB');
  say(`  of which JavaScript, ${when}`, heap, count, 'MiB');
  await browser.detach();
  const nodes = await browser.run(() => document.querySelectorAll('*').length);
  say(`Elements in the page, ${when}`, nodes, count, '');
}

async function measure(count) {
  const data = mkdtempSync(join(programs.cache, 'run-'));
  cpSync(await filled(count), data, { recursive: true });
  const reader = JSON.parse(readFileSync(join(data, 'reader.json'), 'utf8'));
  const server = await startServer(programs, data);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const browser = await Chromium.start(programs.chromium);
      try {
        await browser.ask('Page.addScriptToEvaluateOnNewDocument', { source: HELPERS });
        const { whole, list } = await signIn(browser, server.url, reader);
        say('Sign in to first rows on the screen', whole, count);
        say('  of which the list, after sign-in', list, count);
        say('Reload to first rows on the screen', await reload(browser), count);
        if (round === 0) await memory(browser, 'at the beginning', count);
        for (const [where, part] of [['middle', 0.5], ['end', 1], ['beginning', 0]]) {
          say(`Scroll to the ${where} of the list`, await scroll(browser, part), count);
        }
        for (let place = 0; place < OPENED; place += 1) {
          say('Open a message', await open(browser, place), count);
        }
        for (let place = 0; place < OPENED; place += 1) {
          say('Open a message again', await open(browser, place), count);
        }
        for (const [words, when] of SEARCHED) {
          say(`Search, ${when}`, await search(browser, words), count);
        }
        if (round === 0) await memory(browser, 'after that', count);
      } finally {
        await browser.end();
      }
    }
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

for (const count of programs.counts) await measure(count);
