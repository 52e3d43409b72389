import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from './generated/client.ts';
import type { DatabaseRole } from './pool.ts';
import { createPool } from './pool.ts';

export interface Database {
  /** For hand-written SQL. */
  readonly pool: pg.Pool;
  /** For plain reads and writes by key. */
  readonly prisma: PrismaClient;
}

export interface PrismaOptions {
  readonly url: string;
  readonly role: DatabaseRole;
  readonly max?: number;
  readonly applicationName?: string;
}

const connectionsMax = 10;

/** Prisma on a pool whose sessions have given up all rights but those of the role. Both share the pool's connections. */
export function createPrisma({ url, role, max = connectionsMax, applicationName = role }: PrismaOptions): Database {
  // The adapter would dial 127.0.0.1:5432 without a word.
  if (!url) throw new Error('the database URL is empty');
  const pool = createPool({ url, role, max, applicationName });
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}
