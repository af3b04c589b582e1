import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { createPost } from '../domain/create-post.ts';
import { deletePost, publishPost, unpublishPost } from '../domain/publication.ts';
import { updatePost } from '../domain/update-post.ts';
import type { MutationResolvers } from '../resolver-types.ts';
import { mutate, requirePostUuid } from './mutation.ts';

export const postMutations: MutationResolvers = {
  createPost: (_parent, { input }, context) =>
    mutate(context, { post: null }, async (viewerId) => {
      const { title, body, tags, slug, idempotencyKey } = input;
      const post = { title, body, tags: tags ?? [], slug: slug ?? null };
      return { post: await createPost(context.database, viewerId, post, idempotencyKey ?? null) };
    }),

  async updatePost(_parent, { input }, context) {
    const { id, expectedVersion, title, body, tags } = input;
    const answer = await mutate(context, { post: null }, async (viewerId) => {
      const which = { id: requirePostUuid('id', id), expectedVersion };
      const edit = { title: title ?? null, body: body ?? null, tags: tags ?? null };
      return { post: await updatePost(context.database, viewerId, which, edit) };
    });
    const uuid = uuidOf('Post', id);
    if (uuid === null || answer.userErrors.every(({ code }) => code !== 'CONFLICT')) return answer;
    return { ...answer, post: await context.reads.posts.load(uuid) };
  },

  publishPost: (_parent, { input }, context) =>
    mutate(context, { post: null }, async (viewerId) => ({
      post: await publishPost(context.database, viewerId, requirePostUuid('id', input.id)),
    })),

  unpublishPost: (_parent, { input }, context) =>
    mutate(context, { post: null }, async (viewerId) => ({
      post: await unpublishPost(context.database, viewerId, requirePostUuid('id', input.id)),
    })),

  deletePost: (_parent, { input }, context) =>
    mutate(context, { deletedPostId: null }, async (viewerId) => {
      const uuid = requirePostUuid('id', input.id);
      await deletePost(context.database, viewerId, uuid);
      return { deletedPostId: toGlobalId('Post', uuid) };
    }),
};
