// A receiving mail server. Each mail becomes one JSON file in the folder of the first argument:
// {from, to, raw}, with `raw` in base64. Prints its port, and ends when its standard input does.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

const folder = process.argv[2];
let received = 0;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', done);
    stream.on('end', async () => {
      const mail = {
        from: session.envelope.mailFrom.address ?? '',
        to: session.envelope.rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks).toString('base64'),
      };
      const name = String(received++).padStart(6, '0');
      try {
        await writeFile(join(folder, `${name}.part`), JSON.stringify(mail));
        await rename(join(folder, `${name}.part`), join(folder, `${name}.json`));
        done();
      } catch (error) {
        done(error);
      }
    });
  },
});

server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
process.stdin.resume().on('end', () => process.exit());
