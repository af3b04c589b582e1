import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseDictionary, parseList } from 'structured-headers';
import {
  type AnswerFacts,
  answerHeaders,
  notModifiedHeaders,
} from '../../../gateway/response-cache/answer-headers.ts';
import { answerMeta, readAnswerMeta, writeAnswerMeta } from '../../../gateway/response-cache/answer-meta.ts';
import {
  cacheStatus,
  describeMiss,
  describeNotStored,
} from '../../../gateway/response-cache/cache-status.ts';
import { type Bodies, createAnswerBody } from '../../../gateway/response-cache/content-encoding.ts';
import { codedEntityTag, entityTag, matchesEntityTag } from '../../../gateway/response-cache/entity-tag.ts';

const facts: AnswerFacts = {
  scope: 'public',
  entityTag: '"x"',
  coding: 'identity',
  contentType: 'application/json; charset=utf-8',
  cacheStatus: 'supergraph;hit',
};

test('an entity tag is strong, and of the very bytes', () => {
  assert.match(entityTag(Buffer.from('a')), /^"[\w-]{22}"$/);
  assert.equal(entityTag(Buffer.from('a')), entityTag(Buffer.from('a')));
  assert.notEqual(entityTag(Buffer.from('a')), entityTag(Buffer.from('b')));
});

test('If-None-Match is read as a list of entity tags', () => {
  const tag = entityTag(Buffer.from('a'));
  for (const matching of [tag, `W/${tag}`, `"b", ${tag}`, `"b,c" ,W/"d",, ${tag} , "e"`, '*', ' * '])
    assert.ok(matchesEntityTag(matching, tag), matching);
  for (const other of [
    undefined,
    '',
    '"b"',
    tag.slice(1, -1),
    `"b, ${tag}`,
    `"b" ${tag}`,
    `w/${tag}`,
    `${tag}, "`,
    '"*"',
  ])
    assert.ok(!matchesEntityTag(other, tag), other);
  assert.ok(!matchesEntityTag(`${' '.repeat(60_000)}x`, tag), 'in no time');
});

test('browsers ask each time, whether what they keep still holds', () => {
  assert.deepEqual(answerHeaders({ ...facts, ageMs: 2_900, coding: 'br' }), {
    'content-type': 'application/json; charset=utf-8',
    'content-encoding': 'br',
    etag: '"x"',
    'cache-control': 'no-cache',
    vary: 'Origin, Accept, Accept-Encoding',
    'cache-status': 'supergraph;hit',
    age: '2',
  });
  assert.equal(answerHeaders(facts).age, undefined, 'made for this request');
});

test('what depends on the viewer is private, and differs by Authorization', () => {
  for (const scope of ['viewer', 'anonymous'] as const) {
    const headers = answerHeaders({ ...facts, scope });
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers.vary, 'Origin, Accept, Accept-Encoding, Authorization');
  }
  assert.equal(answerHeaders({ ...facts, scope: undefined })['cache-control'], 'no-store');
});

test('304 says all that 200 would have said, but nothing of bytes it does not have', () => {
  const headers = answerHeaders({ ...facts, ageMs: 0, coding: 'gzip' });
  const { 'content-type': _type, 'content-encoding': _coding, ...others } = headers;
  assert.deepEqual(notModifiedHeaders(headers), others);
  assert.deepEqual(Object.keys(others).sort(), ['age', 'cache-control', 'cache-status', 'etag', 'vary']);
});

test('a CDN is offered public answers only', () => {
  const cdn = { freshMs: 60_900, staleWhileRevalidateMs: 5_000, staleIfErrorMs: 0, cacheTag: 'a,b' };
  const headers = answerHeaders({ ...facts, cdn });
  assert.equal(headers['cdn-cache-control'], 'max-age=60, stale-while-revalidate=5');
  assert.deepEqual(
    [...parseDictionary(headers['cdn-cache-control'] ?? '').keys()],
    ['max-age', 'stale-while-revalidate'],
  );
  assert.equal(headers['cache-tag'], 'a,b');
  const personal = answerHeaders({ ...facts, cdn, scope: 'viewer' });
  assert.ok(!('cdn-cache-control' in personal) && !('cache-tag' in personal));
});

test('Cache-Status says what happened, in the words of RFC 9211', () => {
  assert.equal(cacheStatus({ kind: 'hit', ttlMs: 4_999 }), 'supergraph;hit;ttl=4');
  assert.equal(cacheStatus({ kind: 'hit', ttlMs: -1 }), 'supergraph;hit;ttl=-1', 'stale is never fresh');
  assert.equal(
    cacheStatus({ kind: 'forwarded', because: 'miss', stored: true }),
    'supergraph;fwd=miss;stored',
  );
  assert.equal(
    cacheStatus({
      kind: 'forwarded',
      because: 'stale',
      stored: false,
      collapsed: true,
      details: ['a', 'b "c"'],
    }),
    'supergraph;fwd=stale;collapsed;detail="a, b \\"c\\""',
  );
});

test('whatever a detail holds, Cache-Status is one well-formed line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (detail) => {
      const header = cacheStatus({ kind: 'forwarded', because: 'bypass', stored: false, details: [detail] });
      assert.match(header, /^[\x20-\x7e]*$/);
      assert.equal(parseList(header).length, 1);
    }),
  );
});

test('every reason of a miss has its words', () => {
  const describe = () => 'Post UG9zdDo';
  assert.deepEqual(describeMiss({ kind: 'absent' }, describe), { because: 'miss', details: [] });
  assert.deepEqual(describeMiss({ kind: 'tag', tag: 'posts/Post:7' }, describe), {
    because: 'stale',
    details: ['invalidated: Post UG9zdDo'],
  });
  for (const reason of [
    { kind: 'expired' },
    { kind: 'epoch' },
    { kind: 'lease', subgraph: 'posts' },
  ] as const) {
    const { because, details } = describeMiss(reason, describe);
    assert.equal(because, 'stale');
    assert.equal(details.length, 1);
  }
  assert.equal(describeNotStored({ storable: false, reason: 'errors' }), 'not stored: errors');
});

test('answers above a size are compressed, where that is worth it', async () => {
  const large = Buffer.from(
    JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `name ${id}` }))),
  );
  const bodies = await inAllCodings(large);
  assert.equal(bodies.identity, large);
  assert.deepEqual(bodies.br && brotliDecompressSync(bodies.br), large);
  assert.deepEqual(bodies.gzip && gunzipSync(bodies.gzip), large);

  const small = Buffer.from('{"data":{}}');
  assert.deepEqual(await inAllCodings(small), { identity: small });
  const noise = Buffer.from(
    Array.from({ length: 4_000 }, (_, at) => (at * at * 7_919 + ((at * 104_729) >> 3)) & 0xff),
  );
  const kept = await inAllCodings(noise);
  for (const bytes of Object.values(kept)) assert.ok(bytes === noise || bytes.length <= noise.length * 0.9);
});

test('what its first client gets and what is kept is compressed once, and in no coding that nobody likes', async () => {
  const answer = createAnswerBody(Buffer.from('a'.repeat(5_000)));
  const [first, second, kept] = await Promise.all([
    answer.encoded('br'),
    answer.encoded('br'),
    answer.bodies(),
  ]);
  assert.equal(first.body, kept.br);
  assert.equal(second.body, kept.br);
  assert.equal(kept.gzip, undefined);
  assert.equal((await answer.encoded('gzip')).body, (await answer.bodies()).gzip);
});

async function inAllCodings(bytes: Buffer): Promise<Bodies> {
  const answer = createAnswerBody(bytes);
  for (const coding of ['br', 'gzip', 'identity'] as const) await answer.encoded(coding);
  return answer.bodies();
}

test('what is known of an answer survives being stored, with an entity tag for each coding', () => {
  const policy = {
    storable: true,
    scope: 'anonymous',
    freshMs: 1,
    staleWhileRevalidateMs: 2,
    staleIfErrorMs: 3,
    ageMs: 4,
    tags: ['shop/Product:1'],
    subgraphs: ['shop'],
    timeOnly: [],
  } as const;
  const meta = answerMeta(policy, entityTag(Buffer.from('{}')), 'a,b');
  assert.deepEqual(readAnswerMeta(writeAnswerMeta(meta)), meta);
  const tags = (['br', 'gzip', 'identity'] as const).map((coding) => codedEntityTag(meta.entityTag, coding));
  assert.equal(new Set(tags).size, 3);
  for (const tag of tags) assert.ok(matchesEntityTag(`"other", ${tag}`, tag));
  assert.equal(meta.cacheTag, 'a,b');
  for (const foreign of ['', '{', 'null', '{"scope":"everybody"}'])
    assert.equal(readAnswerMeta(foreign), undefined);
});
