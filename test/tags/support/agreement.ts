import type { Pool } from 'pg';
import { tagsToHold, tagsToMark } from '../../../cache/tags.ts';
import type { SignedClient } from '../../support/signed-client.ts';
import { attempt, restore, type Snapshot, type Table, tablesOf, takeSnapshot } from './tables.ts';

/**
 * Holds what triggers emit against what loaders record. Changes everything there is, a column of a row at a time, and asks
 * before and after: every answer that has changed must have held one of the tags that the change marks.
 */

export interface World {
  readonly database: Pool;
  readonly client: Pick<SignedClient, 'call'>;
  /** Tables that no answer is read from, each with the reason. */
  readonly exempt: Readonly<Record<string, string>>;
  readonly questions: readonly Question[];
  /** Other values of a column (`table.column`), as SQL about its row. A column without any counts as one that nothing changes. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Statements that change more than one column or row. */
  readonly statements: readonly string[];
}

export interface Question {
  readonly query: string;
  /** Asked for all at once; each has an answer and tags of its own. */
  readonly representations?: readonly unknown[];
  /** Subjects, or null for nobody. */
  readonly viewers: readonly (string | null)[];
}

interface Findings {
  /** Answers that would have stayed in the cache, and be wrong. Must be empty. */
  readonly stale: readonly string[];
  /** Answers that are said to be for everybody, and that somebody got another one for. Must be empty. */
  readonly leaked: readonly string[];
  /** Columns and statements that no change came of. Must be empty: nothing is known of them. */
  readonly unchanged: readonly string[];
  /** Families of tags (`posts/Post:`) without which an answer would have stayed. If one is not among them, it is not tested. */
  readonly needed: ReadonlySet<string>;
  /** How many answers changed, as proof that there was something to find. */
  readonly differences: number;
}

/** Of the cache itself, of migrations, and of this test. */
const noTablesOfOurs = ['cache_outbox', 'cache_fence', '_prisma_migrations', 'emitted_tags'];

export async function findDisagreements(world: World): Promise<Findings> {
  const { database } = world;
  const tables = await tablesOf(database, [...noTablesOfOurs, ...Object.keys(world.exempt)]);
  await captureTags(database);
  const original = await takeSnapshot(database, tables);
  const before = await ask(world);
  const stale: string[] = [];
  const leaked = leaksAmong(before);
  const unchanged: string[] = [];
  const needed = new Set<string>();
  let differences = 0;

  function compare(
    what: string,
    from: readonly Answer[],
    to: readonly Answer[],
    marked: ReadonlySet<string>,
  ): void {
    for (const [index, { question, viewer, text, isStored, held }] of from.entries()) {
      const now = to[index]?.text;
      if (!isStored || text === now) continue;
      differences += 1;
      const [family, ...others] = new Set([...marked].filter((tag) => held.has(tag)).map(familyOf));
      if (family === undefined)
        stale.push(
          [what, `${question} asked by ${viewer}`, `was ${text}`, `is ${now}`, `held ${[...held]}`].join(
            '\n  ',
          ),
        );
      else if (others.length === 0) needed.add(family);
    }
  }

  for (const { name, attempts } of changesOf(world, tables, original)) {
    let hasChanged = false;
    for (const { statement, values } of attempts) {
      if (!(await attempt(database, statement, values))) continue;
      hasChanged = true;
      const what = [statement, ...values].join(' -- ');
      const marked = await takeMarks(database);
      const after = await ask(world);
      leaked.push(...leaksAmong(after).map((leak) => `${what}\n  ${leak}`));
      compare(what, before, after, marked);
      await restore(database, tables, original);
      compare(`back from ${what}`, after, before, await takeMarks(database));
    }
    if (!hasChanged) unchanged.push(name);
  }
  return { stale, leaked, unchanged, needed, differences };
}

function familyOf(tag: string): string {
  return tag.slice(0, tag.indexOf(':') + 1) || tag;
}

interface Change {
  readonly name: string;
  /** For each row and value; constraints may refuse some. */
  readonly attempts: readonly { readonly statement: string; readonly values: string[] }[];
}

function changesOf(world: World, tables: readonly Table[], rows: Snapshot): Change[] {
  return [
    ...tables.flatMap(({ name, columns, key }) => {
      const keys = [...(rows.get(name)?.keys() ?? [])];
      const ofEachRow = (statement: string) =>
        keys.map((value) => ({ statement: `${statement} WHERE ${key} = $1`, values: [value] }));
      return [
        ...columns.map((column) => ({
          name: `${name}.${column}`,
          attempts: (world.values[`${name}.${column}`] ?? []).flatMap((value) =>
            ofEachRow(`UPDATE ${name} SET ${column} = ${value}`),
          ),
        })),
        // Also every INSERT, on the way back.
        { name: `DELETE FROM ${name}`, attempts: ofEachRow(`DELETE FROM ${name}`) },
        { name: `TRUNCATE ${name}`, attempts: [{ statement: `TRUNCATE ${name} CASCADE`, values: [] }] },
      ];
    }),
    ...world.statements.map((statement) => ({ name: statement, attempts: [{ statement, values: [] }] })),
  ];
}

interface Answer {
  /** Equal for all who asked the same. */
  readonly question: string;
  readonly viewer: string;
  readonly isPublic: boolean;
  readonly text: string;
  readonly isStored: boolean;
  readonly held: ReadonlySet<string>;
}

async function ask({ client, questions }: World): Promise<Answer[]> {
  const answers = questions.flatMap(({ query, representations, viewers }) =>
    viewers.map(async (subject): Promise<Answer[]> => {
      const { body, cacheControl } = await client.call(
        query,
        representations && { r: representations },
        subject === null ? null : { subject },
      );
      const common = {
        viewer: subject ?? 'nobody',
        isPublic: cacheControl?.endsWith('public') === true,
        isStored: body.errors === undefined,
      };
      if (representations === undefined) {
        const held = new Set(tagsToHold(body.extensions?.apolloCacheTags ?? [], []));
        return [{ ...common, question: query, text: JSON.stringify([body.data, body.errors]), held }];
      }
      return representations.map((representation, index) => ({
        ...common,
        question: `${query} of ${JSON.stringify(representation)}`,
        text: JSON.stringify([body.data?._entities[index], body.errors]),
        held: new Set(tagsToHold(body.extensions?.apolloEntityCacheTags?.[index] ?? [], [])),
      }));
    }),
  );
  return (await Promise.all(answers)).flat();
}

function leaksAmong(answers: readonly Answer[]): string[] {
  return [...Map.groupBy(answers, ({ question }) => question)].flatMap(([question, ofAll]) =>
    ofAll
      .filter(({ isPublic, text }) => isPublic && ofAll.some((other) => other.text !== text))
      .map(({ viewer, text }) => `${question}: ${viewer} got ${text}, said to be for everybody`),
  );
}

/** Copies what triggers emit: the relay of the subgraph empties the outbox. */
async function captureTags(database: Pool): Promise<void> {
  await database.query(`
    CREATE TABLE emitted_tags (tags text[] NOT NULL);
    CREATE FUNCTION copy_tags() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO public.emitted_tags VALUES (NEW.tags);
      RETURN NULL;
    END
    $$;
    CREATE TRIGGER copy_tags AFTER INSERT ON cache_outbox FOR EACH ROW EXECUTE FUNCTION copy_tags();
  `);
}

/** What was marked since the last time. */
async function takeMarks(database: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ tags: string[] }>('DELETE FROM emitted_tags RETURNING tags');
  return new Set(tagsToMark(rows.flatMap(({ tags }) => tags)));
}
