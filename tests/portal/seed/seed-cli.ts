import pg from 'pg';
import { seedDemo } from './demo.ts';
import { seedHostile } from './hostile.ts';

/** Fills DATABASE_URL with deliveries to look at: `demo` or `hostile`. */
const url = process.env['DATABASE_URL'];
if (!url) throw new Error('DATABASE_URL is not set');
const db = new pg.Pool({ connectionString: url, max: 2 });
if (process.argv[2] === 'hostile') await seedHostile(db, Date.now());
else await seedDemo(db, { now: Date.now(), eventsPerDay: 900 });
await db.end();
