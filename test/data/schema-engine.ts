import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type ColumnType,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import {
  type DiagnoseMigrationHistoryOutput,
  type MigrationList,
  SchemaEngine,
} from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { type Database, migrationsFolder } from '../../prisma/databases.ts';
import { readMigrations } from '../../prisma/migrations-folder.ts';

// The engine's own word before it panics goes here; without it a panic is a promise that never settles.
Object.assign(globalThis, {
  PRISMA_WASM_PANIC_REGISTRY: {
    set_message(message: string) {
      throw new Error(message);
    },
  },
});

const filters = { externalTables: [], externalEnums: [] };

export async function schemaOf(database: Database): Promise<string> {
  return readFile(join(dirname(migrationsFolder(database)), 'schema.prisma'), 'utf8');
}

/**
 * The SQL that would bring a database to what a schema.prisma describes, according to Prisma's schema engine. Empty
 * when there is nothing to do.
 */
export async function differenceTo(schema: string, databaseUrl: string): Promise<string> {
  const files = [{ path: 'schema.prisma', content: schema }];
  return withEngine(schema, databaseUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '.' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters,
    });
    return stdout ?? '';
  });
}

/** What `prisma migrate deploy` and `prisma migrate status` would find, given a database and our migrations. */
export async function diagnose(
  database: Database,
  databaseUrl: string,
): Promise<DiagnoseMigrationHistoryOutput> {
  const migrationsList = await migrationList(database);
  return withEngine(await schemaOf(database), databaseUrl, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters }),
  );
}

/** What `prisma migrate deploy` does. Returns the names of what it applied. */
export async function deploy(database: Database, databaseUrl: string): Promise<string[]> {
  const migrationsList = await migrationList(database);
  return withEngine(await schemaOf(database), databaseUrl, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

async function migrationList(database: Database): Promise<MigrationList> {
  const folder = migrationsFolder(database);
  return {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: (await readMigrations(folder)).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

async function withEngine<T>(
  schema: string,
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  // One connection, closed afterwards: the engine takes a lock of the session and leaves it to the session's end.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const adapter = bindMigrationAwareSqlAdapterFactory(catalogueAdapter(pool));
  // The engine never clears the timer of its lock (10 s), which would keep the test's process waiting for nothing.
  const { setTimeout } = globalThis;
  Object.assign(globalThis, { setTimeout: (run: () => void, ms: number) => setTimeout(run, ms).unref() });
  try {
    using engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, adapter);
    return await work(engine);
  } finally {
    Object.assign(globalThis, { setTimeout });
    await pool.end();
  }
}

/**
 * Prisma's own adapter for pg is made for an application's queries. The schema engine asks it two things it can't do:
 * the type `"char"`, which the catalogue is full of, and scripts with function bodies, which it cuts at every semicolon.
 */
function catalogueAdapter(pool: pg.Pool): SqlMigrationAwareDriverAdapterFactory {
  const connect = async () =>
    Object.assign(await new PrismaPg(pool).connect(), {
      queryRaw: async ({ sql, args }: SqlQuery) => {
        const { fields, rows } = await pool.query<unknown[]>({ text: sql, values: args, rowMode: 'array' });
        return {
          columnNames: fields.map(({ name }) => name),
          columnTypes: fields.map(({ dataTypeID }) => columnType(dataTypeID)),
          rows: rows.map((row) => row.map((value) => (value instanceof Date ? value.toISOString() : value))),
        };
      },
      executeScript: async (script: string) => {
        await pool.query(script);
      },
    });
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect, connectToShadowDb: connect };
}

function columnType(oid: number): ColumnType {
  const type = columnTypes.get(oid);
  if (type === undefined)
    throw new Error(`The schema engine asked for a column of type ${oid}; add it here.`);
  return type;
}

const columnTypes = new Map<number, ColumnType>([
  [16, ColumnTypeEnum.Boolean],
  [18, ColumnTypeEnum.Character],
  [19, ColumnTypeEnum.Text],
  [20, ColumnTypeEnum.Int64],
  [21, ColumnTypeEnum.Int32],
  [23, ColumnTypeEnum.Int32],
  [25, ColumnTypeEnum.Text],
  [26, ColumnTypeEnum.Int64],
  [1003, ColumnTypeEnum.TextArray],
  [1009, ColumnTypeEnum.TextArray],
  [1043, ColumnTypeEnum.Text],
  [1184, ColumnTypeEnum.DateTime],
]);
