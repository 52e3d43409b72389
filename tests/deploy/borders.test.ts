import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const refused: [string, string, string][] = [
  ['domain/a.ts', `import pg from 'pg'; export const a = pg;`, 'no-restricted-imports'],
  ['domain/b.ts', `import { b } from '#prisma/pool'; export const a = b;`, 'no-restricted-imports'],
  ['domain/c.ts', `export const a = () => process.env;`, 'no-restricted-globals'],
  ['domain/folds/d.ts', `import { b } from '../../prisma/pool.ts'; export const a = b;`, 'no-restricted-imports'],
  ['workflows/a.ts', `import { b } from '#activities/books'; export const a = b;`, 'no-restricted-imports'],
  ['workflows/b.ts', `import { b } from 'zod'; export const a = b;`, 'no-restricted-imports'],
  ['workflows/c.ts', `export const a = () => fetch('/');`, 'no-restricted-globals'],
  ['workflows/d.ts', `async function effect() {} export function a() { effect(); }`, 'no-floating-promises'],
  ['workflows/e.ts', `import { b } from '../temporal/ids.ts'; export const a = b;`, 'no-restricted-imports'],
  ['client/c.ts', `import { b } from '../domain/ids.ts'; export const a = b;`, 'no-restricted-imports'],
  ['activities/a.ts', `import { b } from '#workflows/index'; export const a = b;`, 'no-restricted-imports'],
  ['payments/a.ts', `import { b } from '#prisma/pool'; export const a = b;`, 'no-restricted-imports'],
  ['payments/b.ts', `import { b } from '../activities/b.ts'; export const a = b;`, 'no-restricted-imports'],
  ['temporal/a.ts', `import { b } from '#prisma/pool'; export const a = b;`, 'no-restricted-imports'],
  ['temporal/b.ts', `import { b } from '#workflows/index'; export const a = b;`, 'no-restricted-imports'],
  ['gateway/a.ts', `import { b } from '#temporal/worker'; export const a = b;`, 'no-restricted-imports'],
  ['gateway/b.ts', `import { b } from '../prisma/pool.ts'; export const a = b;`, 'no-restricted-imports'],
  ['portal/a.ts', `import { b } from '#gateway/app'; export const a = b;`, 'no-restricted-imports'],
  ['client/a.ts', `import { z } from 'zod'; export const a = z;`, 'no-restricted-imports'],
  ['client/b.ts', `import { b } from '#domain/ids'; export const a = b;`, 'no-restricted-imports'],
  ['prisma/a.ts', `import { b } from '#gateway/app'; export const a = b;`, 'no-restricted-imports'],
  ['gateway/c.ts', `export const a = (b: unknown) => b as string;`, 'consistent-type-assertions'],
  ['gateway/d.ts', `export const a = (b?: string) => b!;`, 'no-non-null-assertion'],
  ['gateway/e.ts', `export const a = (b: any) => b;`, 'no-explicit-any'],
  ['gateway/f.ts', `export * from './d.ts';`, 'no-barrel-file'],
  ['gateway/g.ts', `import { h } from './h.ts'; export const g = () => h;`, 'no-cycle'],
  ['gateway/h.ts', `import { g } from './g.ts'; export const h = () => g;`, 'no-cycle'],
];
const allowed: [string, string][] = [
  ['domain/z.ts', `import { z } from 'zod'; import { y } from './y.ts'; export const a = [z, y] as const;`],
  ['domain/folds/z.ts', `import { y } from '../y.ts'; export const a = y;`],
  [
    'workflows/z.ts',
    `import { x } from '@temporalio/workflow'; import type { T } from '#activities/books'; import { y } from '#domain/y'; export const a = (t: T) => [x, y, t];`,
  ],
  [
    'activities/z.ts',
    `import { y } from '#domain/y'; import { p } from '#prisma/pool'; import pg from 'pg'; export const a = [y, p, pg];`,
  ],
  ['payments/z.ts', `import Stripe from 'stripe'; import { y } from '#domain/y'; export const a = [Stripe, y];`],
  [
    'temporal/worker.ts',
    `import { p } from '#prisma/pool'; import { b } from '#activities/index'; export const a = [p, b];`,
  ],
  [
    'gateway/z.ts',
    `import { x } from '#temporal/commands'; import { p } from '#prisma/pool'; import { y } from './y.ts'; export const a = [x, p, y];`,
  ],
  [
    'client/z.ts',
    `import { createHmac } from 'node:crypto'; import { y } from './y.ts'; export const a = [createHmac, y];`,
  ],
];

let folder: string;
let findings: Map<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'borders-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) await cp(file, join(folder, file));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of [...refused, ...allowed]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  findings = lint([...new Set([...refused, ...allowed].map(([file]) => file.split('/')[0] ?? ''))]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(refused)('%s is refused: %s', (file, _text, rule) => {
  expect(findings.get(file)).toContain(rule);
});

test.each(allowed)('%s is allowed', (file) => {
  expect(findings.get(file)).toBeUndefined();
});

function lint(folders: readonly string[]) {
  const { stdout } = spawnSync(resolve('node_modules/.bin/oxlint'), ['--format', 'unix', ...folders], {
    cwd: folder,
    encoding: 'utf8',
  });
  const found = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const file = /^([^:]+):\d+:\d+: /.exec(line)?.[1];
    if (file) found.set(file, `${found.get(file) ?? ''}${line}\n`);
  }
  return found;
}
