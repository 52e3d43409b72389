import { expect, type Page } from '@playwright/test';
import type pg from 'pg';
import { password, type Role } from './staff.ts';
import { now } from './start-portal.ts';

const longAgoMs = 11 * 60_000;

/** Whoever signed in as the role proved themselves too long ago for what asks who is there. */
export async function makeStale(db: pg.Pool, role: Role): Promise<void> {
  await db.query(
    'update staff_session set reauth_at = $1 where staff_id = (select id from staff_member where email = $2)',
    [new Date(now - longAgoMs), `${role}@example.org`],
  );
}

/** Is asked who is there, is told that a wrong answer is wrong, and gives the right one. */
export async function prove(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm it is you' });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Password').fill('not the password');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog.getByText('That was not right.')).toBeVisible();
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toHaveCount(0);
}
