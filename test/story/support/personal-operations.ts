import fc from 'fast-check';
import type { Person } from './secrets.ts';

/** Operations that ask for what is whose, and for what is everybody's, in all the ways that GraphQL has. */

type TypeName = 'User' | 'Post' | 'Comment';

/** A place from which things of a type can be selected. */
interface Place {
  readonly type: TypeName;
  readonly ask: (selection: string) => string;
}

const fields: Readonly<Record<TypeName, readonly string[]>> = {
  User: [
    'username name bio',
    'followerCount followingCount postCount',
    'email',
    'address: email again: email',
    'viewerIsFollowing',
    'drafts { nodes { title body excerpt slug tags { name } comments { nodes { body } } } }',
    'latest: drafts(first: 1) { edges { node { title } } pageInfo { hasNextPage endCursor } }',
    'feed { nodes { title viewerHasLiked author { email } } }',
    'posts { nodes { title viewerHasLiked } }',
    'following { nodes { username viewerIsFollowing } }',
  ],
  Post: [
    'title slug status version',
    'words: body excerpt',
    'likeCount commentCount',
    'viewerHasLiked',
    'liked: viewerHasLiked',
    'author { name email }',
    'writer: author { drafts { nodes { title } } }',
    'tags { name postCount posts { nodes { title } } }',
    'comments { nodes { body author { username } } }',
  ],
  Comment: ['body', 'author { username email }', 'post { title viewerHasLiked }'],
};

function placesOf(people: readonly Person[]): Place[] {
  const places: Place[] = [
    { type: 'User', ask: (selection) => `me ${selection}` },
    { type: 'User', ask: (selection) => `users { nodes ${selection} }` },
    { type: 'Post', ask: (selection) => `posts { nodes ${selection} }` },
    {
      type: 'Post',
      ask: (selection) => `posts(filter: { search: "secret" }) { edges { node ${selection} } }`,
    },
    { type: 'Post', ask: (selection) => `posts(filter: { tag: "news" }) { edges { node ${selection} } }` },
    { type: 'Post', ask: (selection) => `tags { nodes { name posts { nodes ${selection} } } }` },
  ];
  const drafts = JSON.stringify(people.map(({ draft }) => draft));
  const everything = JSON.stringify(
    people.flatMap(({ id, draft, hiddenComment }) => [id, draft, hiddenComment]),
  );
  for (const type of ['User', 'Post', 'Comment'] as const)
    places.push({ type, ask: (selection) => `nodes(ids: ${everything}) { ... on ${type} ${selection} }` });
  places.push({ type: 'Post', ask: (selection) => `nodes(ids: ${drafts}) { ... on Post ${selection} }` });
  for (const { name, id, secret, draft, publicPost, hiddenComment } of people)
    places.push(
      { type: 'User', ask: (selection) => `user(username: "${name}") ${selection}` },
      { type: 'User', ask: (selection) => `node(id: "${id}") { ... on User ${selection} }` },
      { type: 'User', ask: (selection) => `user(id: "${id}") { followers { nodes ${selection} } }` },
      { type: 'Post', ask: (selection) => `post(slug: "${secret}") ${selection}` },
      { type: 'Post', ask: (selection) => `post(id: "${draft}") ${selection}` },
      { type: 'Post', ask: (selection) => `node(id: "${draft}") { id ... on Post ${selection} }` },
      {
        type: 'Post',
        ask: (selection) => `node(id: "${publicPost}") { __typename ... on Post ${selection} }`,
      },
      { type: 'Post', ask: (selection) => `posts(filter: { author: "${id}" }) { nodes ${selection} }` },
      { type: 'Post', ask: (selection) => `posts(filter: { tag: "${secret}" }) { nodes ${selection} }` },
      {
        type: 'Post',
        ask: (selection) => `tags(search: "${secret}") { nodes { posts { nodes ${selection} } } }`,
      },
      { type: 'Comment', ask: (selection) => `node(id: "${hiddenComment}") { ... on Comment ${selection} }` },
    );
  return places;
}

/** A way to write a selection down; `%` stands for the fields, `T` for their type. */
interface Form {
  readonly selection: string;
  readonly fragments?: string;
  readonly variables?: string;
}

const forms: readonly Form[] = [
  { selection: '{ % }' },
  { selection: '{ __typename ... on T { % } }' },
  { selection: '{ ... { % } id }' },
  { selection: '{ ... on Node { id ... on T { % } } }' },
  { selection: '{ ...Own }', fragments: 'fragment Own on T { % }' },
  {
    selection: '{ id ...Outer }',
    fragments: 'fragment Inner on T { % } fragment Outer on Node { id ...Inner }',
  },
  { selection: '{ id ... @include(if: $yes) { % } }', variables: '($yes: Boolean = true)' },
  {
    selection: '{ % ...Left @skip(if: $yes) }',
    fragments: 'fragment Left on T { id }',
    variables: '($yes: Boolean = true)',
  },
];

/** Operations whose first field has the alias `asked`: under another one, the same is another operation. */
export function personalOperations(people: readonly Person[]): fc.Arbitrary<string> {
  const places = placesOf(people);
  const selected = fc.constantFrom(...places).chain(({ type, ask }) =>
    fc.record({
      type: fc.constant(type),
      ask: fc.constant(ask),
      chosen: fc.subarray([...fields[type]], { minLength: 1, maxLength: 3 }).map((names) => names.join(' ')),
    }),
  );
  const operation = fc.record({
    first: selected,
    form: fc.constantFrom<Form>(...forms),
    second: fc.option(selected),
  });
  return operation.map(({ first: { type, ask, chosen }, form, second }) => {
    const write = (text: string) => text.replaceAll('%', chosen).replaceAll(/\bT\b/g, type);
    const beside = second === null ? '' : `beside: ${second.ask(`{ ${second.chosen} }`)}`;
    return `query ${form.variables ?? ''} { asked: ${ask(write(form.selection))} ${beside} } ${write(form.fragments ?? '')}`;
  });
}
