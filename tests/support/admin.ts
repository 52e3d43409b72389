import pg from 'pg';

/** A pool as the owner of everything, for what a test arranges and looks at. */
export function openAdmin(url: string, max = 4): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  // Its database may be dropped under a connection that is still closing.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
