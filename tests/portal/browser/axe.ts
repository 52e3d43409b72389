import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { z } from 'zod';

const all = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const Violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/**
 * What axe finds wrong with the page as it stands: by all rules of the level, or by some. What a second look does not find was between two
 * states: a button that was just let go on, a dialog that was not yet before all else.
 */
export async function violations(page: Page, rules: readonly string[] = all): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const found = await look(page, rules);
  return found.length === 0 ? found : look(page, rules);
}

async function look(page: Page, rules: readonly string[]): Promise<string[]> {
  const found: unknown = await page.evaluate(
    `Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
      .then(() => axe.run(document, { runOnly: ${JSON.stringify(rules)} })).then((result) => result.violations)`,
  );
  return Violations.parse(found).map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}
