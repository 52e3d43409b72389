import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { runCommand } from '../support/run-command.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tributary-catalog-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

describe('the command of the catalogue', () => {
  test('is refused whole by the command, which prints where and why and changes nothing', async () => {
    const file = join(folder, 'bad.json');
    await writeFile(file, '{ "orgs": {\n"newcomer": {},\n"acme": { "plan": "nowhere" } } }');

    const refused = await catalog('apply', file);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`${file}:3: orgs.acme.plan.0: There is no plan nowhere`);
    expect(JSON.parse((await catalog('show')).stdout)).toEqual({ meters: {}, plans: {}, orgs: {} });
  });

  test('applies a file and prints what it did as JSON; what it shows can be applied', async () => {
    const file = join(folder, 'good.json');
    await writeFile(file, '{ "plans": { "late": { "name": "Late" } } }');
    expect(await catalog('apply', file, '--dry-run')).toMatchObject({ code: 0, stderr: '' });
    const applied = await catalog('apply', file);
    expect(JSON.parse(applied.stdout)).toEqual({ plan: { created: 1, changed: 0, removed: 0, unchanged: 0 } });
    const { stdout } = await catalog('show');
    await writeFile(file, stdout);
    const again: unknown = JSON.parse((await catalog('apply', file)).stdout);
    expect(JSON.stringify(again)).not.toMatch(/"(created|changed|removed)":[1-9]/);
  });

  test('shows the orgs it is asked for, and none where one of them is not there', async () => {
    const file = join(folder, 'orgs.json');
    await writeFile(file, '{ "orgs": { "acme": { "name": "Acme" }, "other": {} } }');
    await catalog('apply', file);
    const { stdout } = await catalog('show', '--org', 'acme');
    expect(JSON.parse(stdout)).toMatchObject({ orgs: { acme: { name: 'Acme' } } });
    expect(stdout).not.toContain('other');
    expect(await catalog('show', '--org', 'acme', '--org', 'acmee')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'catalog: no org acmee\n',
    });
  });

  test('says how it is used when it is used otherwise', async () => {
    expect(await catalog('apply')).toMatchObject({ code: 2, stderr: expect.stringContaining('apply FILE') });
    expect(await catalog('apply', join(folder, 'missing.json'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such file'),
    });
  });
});

function catalog(...args: string[]) {
  return runCommand('prisma/catalog-cli.ts', args, { DATABASE_URL: database.url });
}
