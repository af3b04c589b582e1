import type { Requests } from '../../measure/same-answers.ts';
import { postRequests } from '../post-requests.ts';

/** Each asks to see some of what it wrote, but nothing that others' writes change: all systems have to answer alike. */
const like = `mutation Like($postId: ID!) {
  likePost(input: { postId: $postId }) { post { title viewerHasLiked } userErrors { code } }
}`;
const comment = `mutation Comment($postId: ID!, $body: String!) {
  addComment(input: { postId: $postId, body: $body }) {
    comment { body author { name } post { title } }
    userErrors { code }
  }
}`;
const write = `mutation Write($title: String!, $body: String!) {
  createPost(input: { title: $title, body: $body, tags: ["graphql", "caching"] }) {
    post { title excerpt tags { name } author { name } }
    userErrors { code }
  }
}`;

const body = 'Said by the bench, which has nothing to say.';

export const mutationCases: readonly {
  readonly id: string;
  readonly title: string;
  /** One for each post: nothing is written twice. */
  readonly requestsFor: (postIds: readonly string[], authorization: string) => Requests;
}[] = [
  {
    id: 'like',
    title: 'like a post',
    requestsFor: (postIds, authorization) =>
      postRequests(
        postIds.map((postId) => ({ operationName: 'Like', query: like, variables: { postId } })),
        { authorization },
      ),
  },
  {
    id: 'comment',
    title: 'comment on a post',
    requestsFor: (postIds, authorization) =>
      postRequests(
        postIds.map((postId) => ({ operationName: 'Comment', query: comment, variables: { postId, body } })),
        { authorization },
      ),
  },
  {
    id: 'post',
    title: 'write a post with two tags',
    requestsFor: (postIds, authorization) =>
      postRequests(
        postIds.map((_, index) => ({
          operationName: 'Write',
          query: write,
          variables: { title: `What the bench wrote ${index}`, body },
        })),
        { authorization },
      ),
  },
];
