// Opening the rows of a mail list: Zegel's sealed list entries (symmetric), beside OpenPGP messages
// of the same text to a Curve25519 key, as mail has it that is encrypted row by row. One thread of
// the same engine in the same run. Prints one JSON line a measurement.
//
//     node list-entries.mjs MODULE MAILBOX.json

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import * as openpgp from 'openpgp';

const ROUNDS = 5;
// OpenPGP takes long: what it needs for these is scaled to all.
const SAMPLED = 500;

const [module, file] = process.argv.slice(2);
const zegel = await import(pathToFileURL(module));
const fixture = JSON.parse(readFileSync(file, 'utf8'));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const say = (what, ms, count) => {
  console.log(JSON.stringify({ what, count, value: Number(ms.toFixed(1)), unit: 'ms' }));
  console.log(JSON.stringify({ what: `${what}, each`, count, value: ms * 1000 / count, unit: 'µs' }));
};

const { account, epoch, generation } = fixture;
const kek = zegel.Kek.fromPassword(bytes(fixture.exportKey), account, epoch);
const key = zegel.AccountKey.open(kek, account, epoch, fixture.identity, bytes(fixture.accountKey));
const mailbox = zegel.MailboxKey.open(
  key, account, epoch, generation, bytes(fixture.mailboxPublicKey), bytes(fixture.mailboxKey));
const entries = fixture.entries.map(([message, sealed]) => [message, bytes(sealed)]);

const texts = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const start = performance.now();
  let characters = 0;
  for (const [message, sealed] of entries) {
    const row = zegel.Listed.open(mailbox, account, generation, message, sealed);
    const { subject, snippet } = row;
    characters += subject.length + snippet.length;
    if (round === 0) texts.push(`${subject}\n${snippet}`);
    row.free();
  }
  const ms = performance.now() - start;
  if (characters !== fixture.characters) throw new Error('a row says something else');
  say('Zegel list entries', ms, entries.length);
}

const { privateKey, publicKey } = await openpgp.generateKey({
  type: 'curve25519',
  userIDs: [{ address: 'sanne@vandijk.example' }],
  format: 'object',
});
const messages = [];
for (const text of texts.slice(0, SAMPLED)) {
  messages.push(await openpgp.encrypt({
    message: await openpgp.createMessage({ text }),
    encryptionKeys: publicKey,
    format: 'binary',
  }));
}
for (let round = 0; round < ROUNDS; round += 1) {
  const start = performance.now();
  for (const [at, binaryMessage] of messages.entries()) {
    const message = await openpgp.readMessage({ binaryMessage });
    const { data } = await openpgp.decrypt({ message, decryptionKeys: privateKey });
    if (data !== texts[at]) throw new Error('a header says something else');
  }
  const ms = (performance.now() - start) * (entries.length / messages.length);
  say(`openpgp.js headers (${messages.length} opened, scaled)`, ms, entries.length);
}
