// The release server with a data folder of its own, and its filling with made-up mail.

import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

// Measured is the server, not its limits for strangers.
const NO_LIMITS = ['requests', 'sign-ins', 'account-sign-ins', 'mails', 'client-mails', 'lookups', 'messages']
  .flatMap((name) => [`--rate-${name}`, '0']);
const PATIENCE_MS = 30_000;

// Starts it on a free port, and waits until it answers.
export async function startServer({ server, web }, data) {
  mkdirSync(data, { recursive: true });
  const port = await freePort();
  const child = spawn(server, ['--listen', `127.0.0.1:${port}`, '--data', data, '--web', web, ...NO_LIMITS],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://localhost:${port}`;
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${url}/`).catch(() => null);
    if (answer?.ok) break;
    if (child.exitCode !== null || Date.now() > end) throw new Error('the server did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = () => new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
  return { url, pid: child.pid, stop };
}

// Makes two accounts, and so many messages that one of them has listed. Answers who that is.
export async function fill({ seeder }, url, data, count) {
  const done = spawnSync(seeder, [url, join(data, 'outbox'), String(count)],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (done.status !== 0) throw new Error('the mailbox was not filled');
  return JSON.parse(done.stdout);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const listener = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}
