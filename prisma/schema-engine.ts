import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory, SqlQuery } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const engineName = '@prisma/schema-engine-wasm/schema_engine_bg';
const charOid = 18;
const timeWithZoneOid = 1266;

/** Prisma's schema engine on one database, run from WebAssembly: nothing is downloaded. */
export async function openSchemaEngine(config: pg.PoolConfig, datamodels: [string, string][]) {
  await loadEngine();
  const watch: ScriptWatch = { pools: [] };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(config, watch),
    connectToShadowDb: () => connectToShadow(config, watch),
  };
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(factory));
  const close = async () => {
    engine.free();
    await Promise.all(watch.pools.map((pool) => pool.end()));
  };
  return { engine, scriptError: () => watch.scriptError, close };
}

type ScriptWatch = { readonly pools: pg.Pool[]; scriptError?: unknown };

let loading: Promise<void> | undefined;

function loadEngine() {
  loading ??= instantiate();
  return loading;
}

async function instantiate() {
  Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', { set_message: (text: string) => console.error(text) });
  const folder = dirname(createRequire(import.meta.url).resolve(engineName));
  const compiled = await WebAssembly.compile(await readFile(join(folder, 'schema_engine_bg.wasm')));
  const imports = { './schema_engine_bg.js': { ...engineModule } };
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  call(Reflect.get(engineModule, '__wbg_set_wasm'), '__wbg_set_wasm', exports);
  call(exports['__wbindgen_start'], '__wbindgen_start');
}

// The package's types leave out what its own entry point calls.
function call(value: unknown, name: string, ...args: unknown[]) {
  if (typeof value !== 'function')
    throw new Error(`${engineName} has no ${name}: its version changed, see prisma/schema-engine.ts`);
  Reflect.apply(value, undefined, args);
}

// The adapter's own executeScript cuts a script at every semicolon, also inside a function's body. Sent whole it is also
// one implicit transaction: a migration that fails leaves nothing.
async function connect(config: pg.PoolConfig, watch: ScriptWatch) {
  const pool = new pg.Pool(config).on('connect', markCharColumns);
  watch.pools.push(pool);
  const adapter = await new PrismaPg(pool).connect();
  const executeScript = async (sql: string) => {
    await pool.query(sql).catch((error: unknown) => {
      watch.scriptError = error;
      throw error;
    });
  };
  const readRows = adapter.queryRaw.bind(adapter);
  const queryRaw = async (query: SqlQuery) => {
    const rows = await readRows(query);
    const columnTypes = rows.columnTypes.map((type) =>
      type === ColumnTypeEnum.Time ? ColumnTypeEnum.Character : type,
    );
    return { ...rows, columnTypes };
  };
  return Object.assign(adapter, { executeScript, queryRaw });
}

async function connectToShadow(config: pg.PoolConfig, watch: ScriptWatch) {
  const database = `shadow_${globalThis.crypto.randomUUID().replaceAll('-', '')}`;
  await runOnce(config, `create database "${database}"`);
  const adapter = await connect(withDatabase(config, database), watch);
  const dispose = () => runOnce(config, `drop database if exists "${database}" with (force)`);
  return Object.assign(adapter, { dispose });
}

async function runOnce(config: pg.PoolConfig, sql: string) {
  const client = new pg.Client(config);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

// The adapter knows no "char", the one-letter type in which the catalogues keep their kinds, and refuses the engine's
// questions. It is marked here as a type that no catalogue has, and unmarked in queryRaw.
function markCharColumns(client: pg.PoolClient) {
  const connection: unknown = Reflect.get(client, 'connection');
  if (!(connection instanceof EventEmitter))
    throw new Error('pg keeps its connection elsewhere: see prisma/schema-engine.ts');
  connection.prependListener('rowDescription', ({ fields }: { fields: pg.FieldDef[] }) => {
    for (const field of fields) if (field.dataTypeID === charOid) field.dataTypeID = timeWithZoneOid;
  });
}

export function withDatabase(config: pg.PoolConfig, database: string): pg.PoolConfig {
  const url = new URL(config.connectionString ?? '');
  url.pathname = `/${database}`;
  return { ...config, connectionString: url.href };
}
