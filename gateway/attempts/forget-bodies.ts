import type pg from 'pg';

const everyMs = 60 * 60 * 1_000;
const pageRows = 1_000;
const pagesMax = 100;

/** What refused requests contained is kept for 7 days. Every process looks; a page that another one has is skipped. */
export function forgetBodiesInTime(db: pg.Pool): { close(): void } {
  const timer = setInterval(() => void forgetBodies(db).catch(() => undefined), everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

export async function forgetBodies(db: pg.Pool): Promise<void> {
  for (let page = 0; page < pagesMax; page++) {
    const { rows } = await db.query<{ forgotten: number }>('select forget_refused_bodies($1) as forgotten', [pageRows]);
    if ((rows[0]?.forgotten ?? 0) < pageRows) return;
  }
}
