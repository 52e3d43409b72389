import 'server-only';
import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import { pickedMax } from '../../actions/picked.ts';
import type { Picked } from '../../actions/picked.ts';
import { endSessions } from '../../auth/revoke-sessions.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { settings } from '../../messages/en-settings.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { sessionsSource } from './staff.service.ts';
import type { MemberSession } from './staff.service.ts';
import { lastKeyOf, readWalked } from './walked-source.ts';

interface Ended {
  readonly picked: Picked;
  /** What all that match are found by. */
  readonly q: string | undefined;
  readonly reason: string;
}

/** Ends the sessions that a member picked, but the one they are in: each is an entry, and all are ended or none. */
export async function endPickedSessions(staff: Staff, { picked, q, reason }: Ended): Promise<BulkResult> {
  const { pool } = database();
  const source = sessionsSource(staff);
  // By their ids: a session that was used since it was picked has another place in the list.
  const ids = picked.kind === 'ids' ? picked.ids.flatMap((key) => lastKeyOf(source, key) ?? []) : undefined;
  const { rows } = await readWalked(pool, source, { q, ids }, { size: pickedMax });
  if (picked.kind === 'matching' && picked.seen !== rows.length)
    throw new ActionRefused('conflict', messages.bulk.changedCount(formatCount(picked.seen), formatCount(rows.length)));
  const items = await inTenants(pool, [providerChain], async (client) => {
    const ended: BulkItem[] = [];
    for (const session of rows) ended.push(await endOne(client, staff, session, reason));
    return ended;
  });
  return { items };
}

async function endOne(
  client: pg.ClientBase,
  staff: Staff,
  { id, staffId, name, address, isOwn }: MemberSession,
  reason: string,
): Promise<BulkItem> {
  const item = { id, label: settings.sessionOf(name, address ?? '') };
  if (isOwn) return { ...item, became: 'skipped', note: settings.staff.endOwn };
  const number = await endSessions(client, staff, { staffId, sessionId: id, reason }, now());
  return number > 0
    ? { ...item, became: 'done', note: '' }
    : { ...item, became: 'skipped', note: settings.staff.endedAlready };
}
