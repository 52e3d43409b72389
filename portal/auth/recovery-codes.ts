import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { EpochMs } from '#domain/instants';

export const recoveryCodes = 10;
/** 80 bits: a hash without a cost of its own is enough. */
const codeBytes = 10;
const groups = /.{4}/g;

/** New codes in place of all before. They are told once; the database holds their hashes. */
export async function issueRecoveryCodes(client: pg.ClientBase, staffId: string): Promise<readonly string[]> {
  const codes = Array.from({ length: recoveryCodes }, newCode);
  await client.query('delete from staff_recovery_code where staff_id = $1', [staffId]);
  await client.query('insert into staff_recovery_code (staff_id, code_hash) select $1, unnest($2::bytea[])', [
    staffId,
    codes.map((code) => hashOf(staffId, code)),
  ]);
  return codes;
}

/** Takes a code; each is taken once. */
export async function takeRecoveryCode(
  client: pg.ClientBase,
  staffId: string,
  code: string,
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'update staff_recovery_code set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null',
    [staffId, hashOf(staffId, code), new Date(now)],
  );
  return rowCount === 1;
}

export async function countRecoveryCodes(db: pg.Pool | pg.ClientBase, staffId: string): Promise<number> {
  const { rows } = await db.query(
    'select count(*)::int as n from staff_recovery_code where staff_id = $1 and used_at is null',
    [staffId],
  );
  return rows[0]?.n ?? 0;
}

function newCode() {
  return (randomBytes(codeBytes).toString('hex').match(groups) ?? []).join('-');
}

/** However it is typed: case, spaces and dashes do not count. */
function hashOf(staffId: string, code: string) {
  const bare = code.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return createHash('sha256').update(`${staffId}:${bare}`).digest();
}
