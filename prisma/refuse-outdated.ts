import pg from 'pg';
import { codeOf } from '#domain/database-errors';

/** The provider of the database keeps its functions to itself. */
const mayNot = '42501';

/** By cluster, the newest history of the database that this process has been connected to: a promotion begins a new one. */
const newest = new Map<string, number>();
const connected = new Map<pg.ClientBase, Server>();

interface Server {
  readonly cluster: string;
  /** Null: it copies another. */
  readonly timeline: number | null;
}

/**
 * For each new connection: throws where its server copies another, whose newest rows it may not have yet, or where another was promoted
 * in its place. The first connection to a promoted server ends all of this process to those before it. A server that does not tell its
 * history is taken as it is.
 */
export async function refuseOutdated(client: pg.ClientBase): Promise<void> {
  const server = await readServer(client);
  if (!server) return;
  if (isOutdated(server)) throw outdated();
  if (server.timeline !== null) newest.set(server.cluster, server.timeline);
  connected.set(client, server);
  client.once('end', () => connected.delete(client));
  for (const [other, of] of connected) if (isOutdated(of)) drop(other);
}

async function readServer(client: pg.ClientBase): Promise<Server | undefined> {
  try {
    const { rows } = await client.query<Server>(
      `select (select system_identifier from pg_control_system())::text as cluster,
         case when not pg_is_in_recovery() then ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline`,
    );
    return rows[0];
  } catch (error) {
    if (codeOf(error) === mayNot) return undefined;
    throw error;
  }
}

function isOutdated({ cluster, timeline }: Server): boolean {
  return timeline === null || timeline < (newest.get(cluster) ?? 0);
}

/** One that is idle leaves its pool by an error; what one that is lent out does ends without an answer. */
function drop(client: pg.ClientBase) {
  connected.delete(client);
  client.emit('error', outdated());
  if (client instanceof pg.Client) void client.end();
}

// The code of a server that takes no connections now.
function outdated(): Error {
  return Object.assign(new Error('Connection terminated: this server is no primary, or no longer'), { code: '57P03' });
}
