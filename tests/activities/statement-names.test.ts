import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const named = /name: '([^']+)',\s*text:/g;

test('no two statements that one connection may meet have one name', async () => {
  const names = new Map<string, string[]>();
  for (const folder of ['activities', 'prisma', 'temporal', 'gateway']) {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    for (const file of files.filter((path) => !path.startsWith('generated'))) {
      const source = await readFile(join(folder, file), 'utf8');
      for (const [, name = ''] of source.matchAll(named))
        names.set(name, [...(names.get(name) ?? []), join(folder, file)]);
    }
  }
  expect(names.size).toBeGreaterThan(20);
  expect([...names].filter(([, files]) => files.length > 1)).toEqual([]);
});
