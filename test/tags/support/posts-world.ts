import { toGlobalId } from '../../../platform/global-id.ts';

/** Three people, and what they wrote. Everything has a fixed id, so that tags can be written down. */

const uuid = (kind: number, number: number) =>
  `00000000-0000-7000-800${kind}-${String(number).padStart(12, '0')}`;

/** `ada` and `bob` write; `cleo` has only read so far. */
export const people = { ada: uuid(1, 1), bob: uuid(1, 2), cleo: uuid(1, 3) };

/** `bees` and `ants` are ada's, `cats` is bob's, `ghost` is nobody's any more; `plan` is a draft of ada's. */
export const posts = {
  bees: uuid(2, 1),
  cats: uuid(2, 2),
  plan: uuid(2, 3),
  ghost: uuid(2, 4),
  ants: uuid(2, 5),
  /** There is none. */
  none: uuid(2, 9),
};

/** `hidden` is on the draft, from when it was published. */
export const comments = { first: uuid(3, 1), second: uuid(3, 2), hidden: uuid(3, 3), none: uuid(3, 9) };

export const postId = (post: keyof typeof posts) => toGlobalId('Post', posts[post]);
export const commentId = (comment: keyof typeof comments) => toGlobalId('Comment', comments[comment]);
export const personId = (person: keyof typeof people) => toGlobalId('User', people[person]);

export const postsWorld = `
  INSERT INTO tags VALUES ('insects'), ('pets'), ('secret'), ('unused');
  INSERT INTO posts (id, author_id, slug, title, body, status, created_at, updated_at, published_at) VALUES
    ('${posts.bees}', '${people.ada}', 'bees', 'Bees', 'They hum.', 'published', '2026-01-01', '2026-01-01', '2026-01-05'),
    ('${posts.cats}', '${people.bob}', 'cats', 'Cats', 'They purr.', 'published', '2026-01-02', '2026-01-02', '2026-01-06'),
    ('${posts.plan}', '${people.ada}', 'plan', 'A plan', 'Of bees.', 'draft', '2026-01-03', '2026-01-03', NULL),
    ('${posts.ghost}', NULL, 'ghost', 'Ghost', 'They hum too.', 'published', '2026-01-04', '2026-01-04', '2026-01-07'),
    ('${posts.ants}', '${people.ada}', 'ants', 'Ants', 'They walk.', 'published', '2026-01-04', '2026-01-04', '2026-01-04');
  INSERT INTO post_tags (post_id, tag, position) VALUES
    ('${posts.bees}', 'insects', 0), ('${posts.bees}', 'pets', 1), ('${posts.cats}', 'pets', 0),
    ('${posts.ants}', 'insects', 0), ('${posts.plan}', 'secret', 0), ('${posts.plan}', 'insects', 1);
  INSERT INTO comments (id, post_id, author_id, body, created_at) VALUES
    ('${comments.first}', '${posts.bees}', '${people.bob}', 'Nice.', '2026-01-08'),
    ('${comments.second}', '${posts.bees}', NULL, 'Gone.', '2026-01-09'),
    ('${comments.hidden}', '${posts.plan}', '${people.bob}', 'Early.', '2026-01-09');
  INSERT INTO likes (post_id, user_id, created_at) VALUES
    ('${posts.bees}', '${people.bob}', '2026-01-08'), ('${posts.cats}', '${people.ada}', '2026-01-08'),
    ('${posts.plan}', '${people.bob}', '2026-01-08');
`;
