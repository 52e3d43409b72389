import { access, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { runProgram } from './run-program.ts';
import { doWhenChanged } from './stamp.ts';

const portalServer = 'portal/.next/standalone/portal/server.js';

const inputs = [
  'portal',
  'domain',
  'prisma',
  'temporal',
  'docs/openapi.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const stamp = 'portal/.next/.stamp';

/** The portal's server, built again when anything that it is made from changed. */
export async function buildPortal(): Promise<boolean> {
  const isMissing = await access(portalServer).then(
    () => false,
    () => true,
  );
  if (!isMissing) return doWhenChanged(stamp, inputs, build);
  await build();
  return doWhenChanged(stamp, inputs, () => Promise.resolve());
}

async function build() {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile('package.json', 'utf8')));
  if (!scripts['build:portal']) throw new Error('package.json has no script build:portal');
  const npm = process.env['npm_execpath'];
  if (!npm) throw new Error('start this by npm: "npm start"');
  await runProgram(
    'building the portal',
    [npm, 'run', 'build:portal'],
    { NEXT_TELEMETRY_DISABLED: '1' },
    'Run "npm run build:portal" to see all of it.',
  );
}
