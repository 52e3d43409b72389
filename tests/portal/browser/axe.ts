import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import { z } from 'zod';

const colour = ['color-contrast'];
const allButColour = ['wcag2a', 'wcag21aa', 'wcag22aa'];
const all = ['wcag2aa', ...allButColour];
const worn = 'paper';
const others = ['dune', 'graphite', 'midnight', 'contrast'] as const;
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** What lies behind a dialog was looked at without it. */
const onTop = 'html:not(:has(.dialog)), .dialog';

/** All rows are looked at once; of what is looked at again for each pack the first of a list are enough. */
const furtherRows = 'tbody tr:nth-child(n + 13)';

/** All rules once, and those of colour in other packs. */
export async function expectNoViolation(page: Page, what: string, packs: readonly string[] = others): Promise<void> {
  expect(await violations(page, all, 'html'), what).toEqual([]);
  for (const pack of packs) {
    await page.evaluate(wear, pack);
    expect(await violations(page, colour, onTop), `${what} in ${pack}`).toEqual([]);
  }
  await page.evaluate(wear, worn);
}

/** What is left of the rules where the system chooses the colours itself. */
export async function expectNoneForced(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await violations(page, allButColour, onTop), `${what} in forced colours`).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
}

/** Changes the pack under a page as it stands, and lets it be painted. */
function wear(pack: string): Promise<void> {
  document.documentElement.setAttribute('data-theme', pack);
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** What a second look does not find was between two states: a button that was just let go on, a dialog that was not yet before all else. */
async function violations(page: Page, rules: readonly string[], part: string): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window")))
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await look(page, rules, part);
  return found.length === 0 ? found : look(page, rules, part);
}

async function look(page: Page, rules: readonly string[], part: string): Promise<string[]> {
  const looked = { include: [part], exclude: rules === all ? [] : [furtherRows] };
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'] });
  const found: unknown = await page.evaluate(
    `Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
      .then(() => axe.run(${JSON.stringify(looked)}, ${options})).then((result) => result.violations)`,
  );
  return Violations.parse(found).map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}
