import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

const commands = {
  audit: 'prisma/audit-cli.ts',
  books: 'temporal/books-cli.ts',
  catalog: 'prisma/catalog-cli.ts',
  client: 'client/main.ts',
  demo: 'demo/main.ts',
  events: 'temporal/events-cli.ts',
  invariants: 'prisma/invariants-cli.ts',
  job: 'temporal/job-cli.ts',
  keys: 'prisma/keys-cli.ts',
  migrate: 'prisma/migrate-cli.ts',
  schedules: 'temporal/schedules-cli.ts',
};

test.each(Object.entries(commands))('%s says how it is used, and opens nothing', async (_, file) => {
  expect(await runCommand(resolve(file), ['--help'], {})).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^usage: npm run /),
    stderr: '',
  });
});

test.each([
  ['events', 'replay', '--nonsense'],
  ['events', 'replay', '--tenant', 'acme'],
  ['books', 'refund', '--org', 'acme'],
  ['audit', 'anchor'],
  ['migrate', 'now'],
] as const)('a line of %s that cannot be meant is told with the usage', async (name, ...args) => {
  const { code, stdout, stderr } = await runCommand(resolve(commands[name]), args, {
    DATABASE_URL: 'postgresql://nowhere.invalid/x',
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^${name}: .+\nusage: npm run `));
});
