// Builds the standalone server: portal/.next/standalone/portal/server.js. Next leaves static files and public/ to be copied.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';

const portal = resolve(import.meta.dirname, '..');
const next = resolve(portal, '../node_modules/next/dist/bin/next');
const server = resolve(portal, '.next/standalone/portal');

const built = spawnSync(process.execPath, [next, 'build', portal], {
  encoding: 'utf8',
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
});
process.stdout.write(built.stdout);
process.stderr.write(built.stderr);
if (built.status !== 0) process.exit(built.status ?? 1);

// A page that was rendered at build time has no nonce, and the browser would block its scripts.
const prerendered = built.stdout.split('\n').filter((line) => /^[├┌└]\s+[○●]/.test(line));
if (prerendered.length > 0) {
  console.error(`not dynamic:\n${prerendered.join('\n')}`);
  process.exit(1);
}
cpSync(resolve(portal, '.next/static'), resolve(server, '.next/static'), { recursive: true });
cpSync(resolve(portal, 'public'), resolve(server, 'public'), { recursive: true });
if (!existsSync(resolve(server, 'server.js'))) throw new Error(`${server}/server.js is missing`);
