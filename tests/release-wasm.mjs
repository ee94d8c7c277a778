// Whether what wasm-opt makes of the built page, with what index.html allows it to use, can be read by browsers: the
// optimised page itself takes minutes to build. Node.js has the engine of Chromium.
//
//     node release-wasm.mjs INDEX.HTML DIST

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [index, dist] = process.argv.slice(2);
const links = readFileSync(index, 'utf8').match(/<link data-trunk rel="rust"[^>]*>/g) ?? [];
if (links.length === 0) throw new Error(`${index} names no program`);
const folder = mkdtempSync(join(tmpdir(), 'zegel-wasm-'));
try {
  for (const link of links) {
    const attribute = (name) => new RegExp(`${name}="([^"]*)"`).exec(link)?.[1];
    const program = attribute('data-bin');
    const built = readdirSync(dist).find((file) => file.startsWith(program) && file.endsWith('_bg.wasm'));
    if (!built) throw new Error(`${dist} has no ${program}`);
    const optimised = join(folder, built);
    const features = attribute('data-wasm-opt-params').split(' ');
    const { status, error } = spawnSync('wasm-opt', [...features, '--quiet', join(dist, built), '--output', optimised],
      { stdio: 'inherit' });
    if (status !== 0) throw error ?? new Error(`wasm-opt: ${status}`);
    await WebAssembly.compile(readFileSync(optimised));
    console.log(`${program}: readable after wasm-opt`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
