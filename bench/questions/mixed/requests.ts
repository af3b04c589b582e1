import { createRandom } from '../../../prisma/seed/random.ts';
import { createZipf } from './zipf.ts';

const requests = 50_000;
const shareOfWrites = 0.05;

const page = `query Page($id: ID!) {
  post(id: $id) {
    title body likeCount commentCount
    tags { name }
    author { name }
    comments(first: 10) { nodes { body author { name } } }
  }
}`;
const comment = `mutation Comment($postId: ID!) {
  addComment(input: { postId: $postId, body: "So it is." }) { comment { body } userErrors { code } }
}`;

/** The page of a post. */
export function readOf(id: string): object {
  return { operationName: 'Page', query: page, variables: { id } };
}

/** Of twenty requests one is a comment, the others are pages; the popular posts are asked for and commented most. */
export function mixedOperations(postIds: readonly string[]): object[] {
  const random = createRandom('mixed');
  const pick = createZipf(postIds.length, random);
  return Array.from({ length: requests }, () => {
    const id = postIds[pick()] ?? '';
    return random.next() < shareOfWrites
      ? { operationName: 'Comment', query: comment, variables: { postId: id } }
      : readOf(id);
  });
}
