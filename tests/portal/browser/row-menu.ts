import type { Locator, Page } from '@playwright/test';

/** The row of the page's list that says this. */
export function rowWith(page: Page, text: string): Locator {
  return page.locator('.data-table tbody tr').filter({ hasText: text });
}

/** Opens the row's menu and takes what is called so. */
export async function choose(page: Page, row: Locator, item: string | RegExp): Promise<void> {
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}
