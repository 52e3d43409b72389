import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrastPairs, packs, stylesheet } from '#portal/scripts/themes.mjs';

const sourceEnding = /\.(tsx?|css|mjs)$/;

async function sources() {
  const entries = await readdir('portal', { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter(
    (file) => sourceEnding.test(file) && !file.includes('.next/') && !/themes\.(css|mjs|d\.mts)$/.test(file),
  );
}

async function linesMatching(pattern: RegExp) {
  const files = await sources();
  expect(files.length).toBeGreaterThan(50);
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
  );
}

describe('themes', () => {
  const pairs = Object.entries(packs).flatMap(([name, pack]) => contrastPairs(pack).map((pair) => ({ name, ...pair })));

  it('A5: 260 of 260 pairs are readable', () => {
    expect(pairs).toHaveLength(260);
    expect(pairs.filter(({ ratio, floor }) => ratio < floor)).toEqual([]);
  });

  it('a pack that cannot be made readable is refused, not written', () => {
    const { paper } = packs;
    expect(() => contrastPairs({ ...paper, base: [1, 0.985, 0.4, 0.94] })).toThrow('no lightness');
  });

  it('A3: the stylesheet is what the generator makes', () => {
    expect(readFileSync('portal/app/themes.css', 'utf8')).toBe(stylesheet());
  });

  it('A1, A2, A3: each of five packs has a value for every token that classes are made of, two are light and three dark', () => {
    const told = [...stylesheet().matchAll(/^\[data-theme='(\w+)'\] \{([^}]*)\}/gm)];
    const values = new Map(told.map(([, name = '', text = '']) => [name, text]));
    const schemes = Object.keys(packs).map((name) => /color-scheme: (\w+)/.exec(values.get(name) ?? '')?.[1]);
    expect(schemes).toEqual(['light', 'light', 'dark', 'dark', 'dark']);
    const tokens = [...readFileSync('portal/app/globals.css', 'utf8').matchAll(/--color-([\w-]+): (.*);/g)].filter(
      ([, name]) => name !== undefined && !name.includes('*'),
    );
    expect(tokens.length).toBeGreaterThan(30);
    for (const [, name, value] of tokens) {
      expect(value).toBe(`var(--${name})`);
      for (const [pack, text] of values) expect(text, pack).toMatch(new RegExp(`--${name}:\\s*#[0-9a-f]{6}`));
    }
  });

  it('A4: no colour is written outside of the tokens', async () => {
    expect(await linesMatching(/#[0-9a-f]{3,8}\b(?![\w/-])|\b(rgb|rgba|hsl|oklch)\(/i)).toEqual([]);
  });

  it('A4: no palette class is used', async () => {
    const palette =
      'slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose';
    expect(await linesMatching(new RegExp(`(text|bg|border|ring|fill|stroke)-(${palette})-\\d`))).toEqual([]);
  });
});
