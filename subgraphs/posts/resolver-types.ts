// Generated from schema.graphql by `npm run generate`. Change the schema, not this file.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PostRow } from './data/posts.ts';
import type { CommentRow } from './data/comments.ts';
import type { TagRow } from './data/tags.ts';
import type { Author } from './data/authors.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in time, in UTC, as RFC 3339 writes it: `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** Who may share a kept answer. */
export type CacheControlScope =
  /** Everybody. */
  | 'PUBLIC'
  /** Only the viewer it was made for. */
  | 'PRIVATE';

/** Anything with an id of its own, which `node` finds again. */
export type Node = {
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page lies in its list. The cursors go into `after` and `before` of the next query. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether there is more after this page. When paging backwards: whether `before` was given. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. When paging forwards: whether `after` was given. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first item; null when the page is empty. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
  /** The cursor of the page's last item; null when the page is empty. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

/** What kept a mutation from doing what it was asked. Nothing was changed. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** For programs to branch on. */
  readonly code: UserErrorCode;
  /** For people to read, in English. */
  readonly message: Scalars['String']['output'];
  /** The path to the argument that is at fault, like `["input", "title"]`; null when it is none in particular. */
  readonly field: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** The reasons a mutation can be refused for. */
export type UserErrorCode =
  /** The value breaks a rule that the field's description names. */
  | 'INVALID'
  /** Somebody has it already. */
  | 'TAKEN'
  /** There is no such thing, or the viewer may not know of it. */
  | 'NOT_FOUND'
  /** It is there, and is not the viewer's to change. */
  | 'FORBIDDEN'
  /**
   * It was changed since it was read: read it again and decide anew. At an `idempotencyKey`: the viewer has used the key for
   * something else.
   */
  | 'CONFLICT'
  /** The password or token is not right, or is no longer. */
  | 'WRONG_CREDENTIALS'
  /** Too many passwords were tried, or too many sign-ups. The message says when to try again. */
  | 'TOO_MANY_ATTEMPTS';

export type Query = {
  readonly __typename?: 'Query';
  /** One post, by exactly one of its id and its slug; null when there is none. A draft is there for its author only. */
  readonly post: Maybe<Post>;
  /** Published posts, latest first. `first` or `last` is at most 100 and never both; without either, the page has 20 items. */
  readonly posts: PostConnection;
  /** The tags of all published posts, in alphabetical order. Pages like `posts`. */
  readonly tags: TagConnection;
};


export type QueryPostArgs = {
  id: InputMaybe<Scalars['ID']['input']>;
  slug: InputMaybe<Scalars['String']['input']>;
};


export type QueryPostsArgs = {
  filter: InputMaybe<PostFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


export type QueryTagsArgs = {
  search: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Writes a post of the viewer's, as a draft. */
  readonly createPost: Maybe<CreatePostPayload>;
  /** Edits a post of the viewer's. Fields that are left out stay as they are. A lost race is a CONFLICT. */
  readonly updatePost: Maybe<UpdatePostPayload>;
  /** Shows a draft of the viewer's to everybody. A post that is published already stays as it is. */
  readonly publishPost: Maybe<PublishPostPayload>;
  /** Makes a post of the viewer's a draft again. Its comments and likes stay with it. */
  readonly unpublishPost: Maybe<UnpublishPostPayload>;
  /** Deletes a post of the viewer's, with its comments and likes, for good. */
  readonly deletePost: Maybe<DeletePostPayload>;
  /** Likes a post. Liking it already is fine. */
  readonly likePost: Maybe<LikePostPayload>;
  /** Takes a like back. Not having liked it is fine. */
  readonly unlikePost: Maybe<UnlikePostPayload>;
  /** Comments on a post. */
  readonly addComment: Maybe<AddCommentPayload>;
  /** Deletes a comment: the viewer's own, or any on a post of the viewer's. */
  readonly deleteComment: Maybe<DeleteCommentPayload>;
};


export type MutationCreatePostArgs = {
  input: CreatePostInput;
};


export type MutationUpdatePostArgs = {
  input: UpdatePostInput;
};


export type MutationPublishPostArgs = {
  input: PublishPostInput;
};


export type MutationUnpublishPostArgs = {
  input: UnpublishPostInput;
};


export type MutationDeletePostArgs = {
  input: DeletePostInput;
};


export type MutationLikePostArgs = {
  input: LikePostInput;
};


export type MutationUnlikePostArgs = {
  input: UnlikePostInput;
};


export type MutationAddCommentArgs = {
  input: AddCommentInput;
};


export type MutationDeleteCommentArgs = {
  input: DeleteCommentInput;
};

/** Narrows a list of posts. */
export type PostFilter = {
  /** Only posts of the account with this id. */
  readonly author?: InputMaybe<Scalars['ID']['input']>;
  /** Only posts with this tag. */
  readonly tag?: InputMaybe<Scalars['String']['input']>;
  /** Only posts whose title or body has these words, as a search engine reads them: quotes for phrases, a minus for none. Up to 200 characters. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
};

/** Whether the world sees a post. */
export type PostStatus =
  /** Only its author sees it. */
  | 'DRAFT'
  /** Everybody sees it. */
  | 'PUBLISHED';

/** Something written by somebody. */
export type Post = Node & {
  readonly __typename?: 'Post';
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
  /** The post's name in addresses: lower-case letters, digits and hyphens; unique, and never changes. */
  readonly slug: Scalars['String']['output'];
  /** 1 to 200 characters. */
  readonly title: Scalars['String']['output'];
  /** The whole text in Markdown, up to 100000 characters. */
  readonly body: Scalars['String']['output'];
  /** The beginning of the text without its line breaks, up to 200 characters. */
  readonly excerpt: Scalars['String']['output'];
  /** Who sees it. */
  readonly status: PostStatus;
  /** Grows by one with every edit; `updatePost` wants to know which version was read. */
  readonly version: Scalars['Int']['output'];
  /** In the order the author gave them. */
  readonly tags: ReadonlyArray<Tag>;
  /** Null when the account is gone. */
  readonly author: Maybe<User>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When the text, title or tags were last edited. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** When the post became visible; null for a draft. */
  readonly publishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Oldest first. Pages like `posts`. */
  readonly comments: CommentConnection;
  /** How many comments it has. */
  readonly commentCount: Scalars['Int']['output'];
  /** How many accounts like it. */
  readonly likeCount: Scalars['Int']['output'];
  /** Whether the viewer likes this post; false without a sign-in. */
  readonly viewerHasLiked: Scalars['Boolean']['output'];
};


/** Something written by somebody. */
export type PostCommentsArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/** What somebody said to a post. */
export type Comment = Node & {
  readonly __typename?: 'Comment';
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
  /** 1 to 10000 characters. */
  readonly body: Scalars['String']['output'];
  /** Null when the account is gone. */
  readonly author: Maybe<User>;
  /** The post it was said to. */
  readonly post: Post;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
};

/** A word that authors file their posts under. */
export type Tag = {
  readonly __typename?: 'Tag';
  /** 1 to 40 lower-case letters, digits and hyphens. */
  readonly name: Scalars['String']['output'];
  /** How many published posts have it. */
  readonly postCount: Scalars['Int']['output'];
  /** The published posts that have it, latest first. Pages like `Query.posts`. */
  readonly posts: PostConnection;
};


/** A word that authors file their posts under. */
export type TagPostsArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

export type User = {
  readonly __typename?: 'User';
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
  readonly followeeIds: Maybe<ReadonlyArray<Scalars['ID']['output']>>;
  /** The account's published posts, latest first. Pages like `Query.posts`. */
  readonly posts: Maybe<PostConnection>;
  /** How many posts the account has published. */
  readonly postCount: Maybe<Scalars['Int']['output']>;
  /** The viewer's own drafts, latest first; null on every other account. Pages like `Query.posts`. */
  readonly drafts: Maybe<PostConnection>;
  /**
   * What the accounts that the viewer follows (the latest 1000 of them) have published, latest first; null on every account
   * but the viewer's own. Pages like `Query.posts`.
   */
  readonly feed: Maybe<PostConnection>;
};


export type UserPostsArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


export type UserDraftsArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


export type UserFeedArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

/** A page of posts. */
export type PostConnection = {
  readonly __typename?: 'PostConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<PostEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Post>;
  /** Where this page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** A post in a list. */
export type PostEdge = {
  readonly __typename?: 'PostEdge';
  /** Its place in this list, for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: Post;
};

/** A page of comments. */
export type CommentConnection = {
  readonly __typename?: 'CommentConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<CommentEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Comment>;
  /** Where this page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** A comment in a list. */
export type CommentEdge = {
  readonly __typename?: 'CommentEdge';
  /** Its place in this list, for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: Comment;
};

/** A page of tags. */
export type TagConnection = {
  readonly __typename?: 'TagConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<TagEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Tag>;
  /** Where this page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** A tag in a list. */
export type TagEdge = {
  readonly __typename?: 'TagEdge';
  /** Its place in this list, for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: Tag;
};

/** What `createPost` is told. */
export type CreatePostInput = {
  /** 1 to 200 characters. */
  readonly title: Scalars['String']['input'];
  /** Markdown, up to 100000 characters. */
  readonly body: Scalars['String']['input'];
  /** At most 10, of 1 to 40 lower-case letters, digits and hyphens each. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The post's name in addresses; made from the title when left out. */
  readonly slug?: InputMaybe<Scalars['String']['input']>;
  /**
   * Makes it safe to send this again when no answer came: the same key with the same input creates nothing again and gets what was
   * created. 1 to 100 printable ASCII characters without spaces (a UUID, say), a new one for each thing to create; remembered
   * for a day at least.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What came of `createPost`. */
export type CreatePostPayload = {
  readonly __typename?: 'CreatePostPayload';
  /** The post as it is now; null when there is none for the viewer. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `updatePost` is told. */
export type UpdatePostInput = {
  /** The id of the post. */
  readonly id: Scalars['ID']['input'];
  /** The version that was read before editing. */
  readonly expectedVersion: Scalars['Int']['input'];
  /** 1 to 200 characters. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
  /** Markdown, up to 100000 characters. */
  readonly body?: InputMaybe<Scalars['String']['input']>;
  /** At most 10, of 1 to 40 lower-case letters, digits and hyphens each. Replaces all tags. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** What came of `updatePost`. */
export type UpdatePostPayload = {
  readonly __typename?: 'UpdatePostPayload';
  /** The post as it is now; after a CONFLICT, as the other edit left it. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `publishPost` is told. */
export type PublishPostInput = {
  /** The id of the post. */
  readonly id: Scalars['ID']['input'];
};

/** What came of `publishPost`. */
export type PublishPostPayload = {
  readonly __typename?: 'PublishPostPayload';
  /** The post as it is now; null when there is none for the viewer. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `unpublishPost` is told. */
export type UnpublishPostInput = {
  /** The id of the post. */
  readonly id: Scalars['ID']['input'];
};

/** What came of `unpublishPost`. */
export type UnpublishPostPayload = {
  readonly __typename?: 'UnpublishPostPayload';
  /** The post as it is now; null when there is none for the viewer. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `deletePost` is told. */
export type DeletePostInput = {
  /** The id of the post. */
  readonly id: Scalars['ID']['input'];
};

/** What came of `deletePost`. */
export type DeletePostPayload = {
  readonly __typename?: 'DeletePostPayload';
  /** The id of the post that is gone. */
  readonly deletedPostId: Maybe<Scalars['ID']['output']>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `likePost` is told. */
export type LikePostInput = {
  /** The id of the post. */
  readonly postId: Scalars['ID']['input'];
};

/** What came of `likePost`. */
export type LikePostPayload = {
  readonly __typename?: 'LikePostPayload';
  /** The post as it is now; null when there is none for the viewer. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `unlikePost` is told. */
export type UnlikePostInput = {
  /** The id of the post. */
  readonly postId: Scalars['ID']['input'];
};

/** What came of `unlikePost`. */
export type UnlikePostPayload = {
  readonly __typename?: 'UnlikePostPayload';
  /** The post as it is now; null when there is none for the viewer. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `addComment` is told. */
export type AddCommentInput = {
  /** The id of the post. */
  readonly postId: Scalars['ID']['input'];
  /** 1 to 10000 characters. */
  readonly body: Scalars['String']['input'];
  /**
   * Makes it safe to send this again when no answer came: the same key with the same input creates nothing again and gets what was
   * created. 1 to 100 printable ASCII characters without spaces (a UUID, say), a new one for each thing to create; remembered
   * for a day at least.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What came of `addComment`. */
export type AddCommentPayload = {
  readonly __typename?: 'AddCommentPayload';
  /** The new comment; null when nothing was said, or when it is gone by the time that this is sent again. */
  readonly comment: Maybe<Comment>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `deleteComment` is told. */
export type DeleteCommentInput = {
  /** The id of the comment. */
  readonly id: Scalars['ID']['input'];
};

/** What came of `deleteComment`. */
export type DeleteCommentPayload = {
  readonly __typename?: 'DeleteCommentPayload';
  /** The id of the comment that is gone. */
  readonly deletedCommentId: Maybe<Scalars['ID']['output']>;
  /** The post it was said to. */
  readonly post: Maybe<Post>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Post: Post;
  Comment: Comment;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Post:
    ( { __typename: 'Post' }
    & GraphQLRecursivePick<FederationTypes['Post'], {"id":true}> );
  Comment:
    ( { __typename: 'Comment' }
    & GraphQLRecursivePick<FederationTypes['Comment'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['User'], {"followeeIds":true}> ) );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( PostRow )
    | ( CommentRow )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PostFilter: PostFilter;
  PostStatus: PostStatus;
  Post: ResolverTypeWrapper<PostRow>;
  Comment: ResolverTypeWrapper<CommentRow>;
  Tag: ResolverTypeWrapper<TagRow>;
  User: ResolverTypeWrapper<Author>;
  PostConnection: ResolverTypeWrapper<Omit<PostConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['PostEdge']>, nodes: ReadonlyArray<ResolversTypes['Post']> }>;
  PostEdge: ResolverTypeWrapper<Omit<PostEdge, 'node'> & { node: ResolversTypes['Post'] }>;
  CommentConnection: ResolverTypeWrapper<Omit<CommentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['CommentEdge']>, nodes: ReadonlyArray<ResolversTypes['Comment']> }>;
  CommentEdge: ResolverTypeWrapper<Omit<CommentEdge, 'node'> & { node: ResolversTypes['Comment'] }>;
  TagConnection: ResolverTypeWrapper<Omit<TagConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['TagEdge']>, nodes: ReadonlyArray<ResolversTypes['Tag']> }>;
  TagEdge: ResolverTypeWrapper<Omit<TagEdge, 'node'> & { node: ResolversTypes['Tag'] }>;
  CreatePostInput: CreatePostInput;
  CreatePostPayload: ResolverTypeWrapper<Omit<CreatePostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  UpdatePostInput: UpdatePostInput;
  UpdatePostPayload: ResolverTypeWrapper<Omit<UpdatePostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  PublishPostInput: PublishPostInput;
  PublishPostPayload: ResolverTypeWrapper<Omit<PublishPostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  UnpublishPostInput: UnpublishPostInput;
  UnpublishPostPayload: ResolverTypeWrapper<Omit<UnpublishPostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  DeletePostInput: DeletePostInput;
  DeletePostPayload: ResolverTypeWrapper<DeletePostPayload>;
  LikePostInput: LikePostInput;
  LikePostPayload: ResolverTypeWrapper<Omit<LikePostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  UnlikePostInput: UnlikePostInput;
  UnlikePostPayload: ResolverTypeWrapper<Omit<UnlikePostPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  AddCommentInput: AddCommentInput;
  AddCommentPayload: ResolverTypeWrapper<Omit<AddCommentPayload, 'comment'> & { comment?: Maybe<ResolversTypes['Comment']> }>;
  DeleteCommentInput: DeleteCommentInput;
  DeleteCommentPayload: ResolverTypeWrapper<Omit<DeleteCommentPayload, 'post'> & { post?: Maybe<ResolversTypes['Post']> }>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ID: Scalars['ID']['output'];
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  UserError: UserError;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  PostFilter: PostFilter;
  Post: PostRow;
  Comment: CommentRow;
  Tag: TagRow;
  User: Author;
  PostConnection: Omit<PostConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['PostEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Post']> };
  PostEdge: Omit<PostEdge, 'node'> & { node: ResolversParentTypes['Post'] };
  CommentConnection: Omit<CommentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['CommentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Comment']> };
  CommentEdge: Omit<CommentEdge, 'node'> & { node: ResolversParentTypes['Comment'] };
  TagConnection: Omit<TagConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['TagEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Tag']> };
  TagEdge: Omit<TagEdge, 'node'> & { node: ResolversParentTypes['Tag'] };
  CreatePostInput: CreatePostInput;
  CreatePostPayload: Omit<CreatePostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  UpdatePostInput: UpdatePostInput;
  UpdatePostPayload: Omit<UpdatePostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  PublishPostInput: PublishPostInput;
  PublishPostPayload: Omit<PublishPostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  UnpublishPostInput: UnpublishPostInput;
  UnpublishPostPayload: Omit<UnpublishPostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  DeletePostInput: DeletePostInput;
  DeletePostPayload: DeletePostPayload;
  LikePostInput: LikePostInput;
  LikePostPayload: Omit<LikePostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  UnlikePostInput: UnlikePostInput;
  UnlikePostPayload: Omit<UnlikePostPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  AddCommentInput: AddCommentInput;
  AddCommentPayload: Omit<AddCommentPayload, 'comment'> & { comment?: Maybe<ResolversParentTypes['Comment']> };
  DeleteCommentInput: DeleteCommentInput;
  DeleteCommentPayload: Omit<DeleteCommentPayload, 'post'> & { post?: Maybe<ResolversParentTypes['Post']> };
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type CacheControlDirectiveArgs = {
  maxAge: Maybe<Scalars['Int']['input']>;
  scope: Maybe<CacheControlScope>;
  inheritMaxAge: Maybe<Scalars['Boolean']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Post' | 'Comment', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType, Partial<QueryPostArgs>>;
  posts?: Resolver<ResolversTypes['PostConnection'], ParentType, ContextType, Partial<QueryPostsArgs>>;
  tags?: Resolver<ResolversTypes['TagConnection'], ParentType, ContextType, Partial<QueryTagsArgs>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createPost?: Resolver<Maybe<ResolversTypes['CreatePostPayload']>, ParentType, ContextType, RequireFields<MutationCreatePostArgs, 'input'>>;
  updatePost?: Resolver<Maybe<ResolversTypes['UpdatePostPayload']>, ParentType, ContextType, RequireFields<MutationUpdatePostArgs, 'input'>>;
  publishPost?: Resolver<Maybe<ResolversTypes['PublishPostPayload']>, ParentType, ContextType, RequireFields<MutationPublishPostArgs, 'input'>>;
  unpublishPost?: Resolver<Maybe<ResolversTypes['UnpublishPostPayload']>, ParentType, ContextType, RequireFields<MutationUnpublishPostArgs, 'input'>>;
  deletePost?: Resolver<Maybe<ResolversTypes['DeletePostPayload']>, ParentType, ContextType, RequireFields<MutationDeletePostArgs, 'input'>>;
  likePost?: Resolver<Maybe<ResolversTypes['LikePostPayload']>, ParentType, ContextType, RequireFields<MutationLikePostArgs, 'input'>>;
  unlikePost?: Resolver<Maybe<ResolversTypes['UnlikePostPayload']>, ParentType, ContextType, RequireFields<MutationUnlikePostArgs, 'input'>>;
  addComment?: Resolver<Maybe<ResolversTypes['AddCommentPayload']>, ParentType, ContextType, RequireFields<MutationAddCommentArgs, 'input'>>;
  deleteComment?: Resolver<Maybe<ResolversTypes['DeleteCommentPayload']>, ParentType, ContextType, RequireFields<MutationDeleteCommentArgs, 'input'>>;
};

export type PostResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Post'] = ResolversParentTypes['Post'], FederationReferenceType extends FederationReferenceTypes['Post'] = FederationReferenceTypes['Post']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Post']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  excerpt?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PostStatus'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  author?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  publishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  comments?: Resolver<ResolversTypes['CommentConnection'], ParentType, ContextType, Partial<PostCommentsArgs>>;
  commentCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  likeCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  viewerHasLiked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Comment'] = ResolversParentTypes['Comment'], FederationReferenceType extends FederationReferenceTypes['Comment'] = FederationReferenceTypes['Comment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Comment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  author?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  post?: Resolver<ResolversTypes['Post'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TagResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  postCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  posts?: Resolver<ResolversTypes['PostConnection'], ParentType, ContextType, Partial<TagPostsArgs>>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  posts?: Resolver<Maybe<ResolversTypes['PostConnection']>, ParentType, ContextType, Partial<UserPostsArgs>>;
  postCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  drafts?: Resolver<Maybe<ResolversTypes['PostConnection']>, ParentType, ContextType, Partial<UserDraftsArgs>>;
  feed?: Resolver<Maybe<ResolversTypes['PostConnection']>, ParentType, ContextType, Partial<UserFeedArgs>>;
};

export type PostConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PostConnection'] = ResolversParentTypes['PostConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PostEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Post']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PostEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PostEdge'] = ResolversParentTypes['PostEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Post'], ParentType, ContextType>;
};

export type CommentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CommentConnection'] = ResolversParentTypes['CommentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CommentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Comment']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CommentEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CommentEdge'] = ResolversParentTypes['CommentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Comment'], ParentType, ContextType>;
};

export type TagConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TagConnection'] = ResolversParentTypes['TagConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TagEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TagEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TagEdge'] = ResolversParentTypes['TagEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Tag'], ParentType, ContextType>;
};

export type CreatePostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreatePostPayload'] = ResolversParentTypes['CreatePostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdatePostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdatePostPayload'] = ResolversParentTypes['UpdatePostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PublishPostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PublishPostPayload'] = ResolversParentTypes['PublishPostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UnpublishPostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnpublishPostPayload'] = ResolversParentTypes['UnpublishPostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeletePostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletePostPayload'] = ResolversParentTypes['DeletePostPayload']> = {
  deletedPostId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LikePostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LikePostPayload'] = ResolversParentTypes['LikePostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UnlikePostPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnlikePostPayload'] = ResolversParentTypes['UnlikePostPayload']> = {
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AddCommentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddCommentPayload'] = ResolversParentTypes['AddCommentPayload']> = {
  comment?: Resolver<Maybe<ResolversTypes['Comment']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteCommentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteCommentPayload'] = ResolversParentTypes['DeleteCommentPayload']> = {
  deletedCommentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  post?: Resolver<Maybe<ResolversTypes['Post']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Post?: PostResolvers<ContextType>;
  Comment?: CommentResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  PostConnection?: PostConnectionResolvers<ContextType>;
  PostEdge?: PostEdgeResolvers<ContextType>;
  CommentConnection?: CommentConnectionResolvers<ContextType>;
  CommentEdge?: CommentEdgeResolvers<ContextType>;
  TagConnection?: TagConnectionResolvers<ContextType>;
  TagEdge?: TagEdgeResolvers<ContextType>;
  CreatePostPayload?: CreatePostPayloadResolvers<ContextType>;
  UpdatePostPayload?: UpdatePostPayloadResolvers<ContextType>;
  PublishPostPayload?: PublishPostPayloadResolvers<ContextType>;
  UnpublishPostPayload?: UnpublishPostPayloadResolvers<ContextType>;
  DeletePostPayload?: DeletePostPayloadResolvers<ContextType>;
  LikePostPayload?: LikePostPayloadResolvers<ContextType>;
  UnlikePostPayload?: UnlikePostPayloadResolvers<ContextType>;
  AddCommentPayload?: AddCommentPayloadResolvers<ContextType>;
  DeleteCommentPayload?: DeleteCommentPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
