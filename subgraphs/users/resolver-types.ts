// Generated from schema.graphql by `npm run generate`. Change the schema, not this file.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { UserRow } from './data/users.ts';
import type { NodeReference } from '../shared/node-reference.ts';
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
  /** The viewer's own account; null without a sign-in. */
  readonly me: Maybe<User>;
  /** One account, by exactly one of its id and its username; null when there is none. */
  readonly user: Maybe<User>;
  /** All accounts, newest first. `first` or `last` is at most 100 and never both; without either, the page has 20 items. */
  readonly users: UserConnection;
  /** Anything by its id; null when there is nothing under it, or nothing that the viewer may see. */
  readonly node: Maybe<Node>;
  /** Several things by their ids (at most 100), in the order asked for, with null where there is nothing. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
};


export type QueryUserArgs = {
  id: InputMaybe<Scalars['ID']['input']>;
  username: InputMaybe<Scalars['String']['input']>;
};


export type QueryUsersArgs = {
  search: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Opens an account and signs in to it. */
  readonly signUp: Maybe<SignUpPayload>;
  /** Signs in. An unknown account and a wrong password get the same answer. */
  readonly logIn: Maybe<LogInPayload>;
  /**
   * Trades a refresh token for a new session, once. A refresh token that is presented a second time was copied by somebody:
   * the sign-in it belongs to ends, for the thief and for the owner.
   */
  readonly refreshSession: Maybe<RefreshSessionPayload>;
  /** Ends the viewer's sign-in. Its refresh token works no longer; its access token runs out within 15 minutes. */
  readonly logOut: Maybe<LogOutPayload>;
  /** Changes the viewer's profile. Fields that are left out stay as they are. */
  readonly updateProfile: Maybe<UpdateProfilePayload>;
  /** Changes the viewer's password, and ends every other sign-in. */
  readonly changePassword: Maybe<ChangePasswordPayload>;
  /**
   * Closes the viewer's account for good: e-mail, name, bio and avatar are erased, follows and sign-ins removed. The username
   * stays taken, so that nobody can pose as its owner. Posts stay, without an author.
   */
  readonly deleteAccount: Maybe<DeleteAccountPayload>;
  /** Makes the viewer follow an account. Following it already is fine. */
  readonly followUser: Maybe<FollowUserPayload>;
  /** Makes the viewer follow an account no longer. Not following it is fine. */
  readonly unfollowUser: Maybe<UnfollowUserPayload>;
};


export type MutationSignUpArgs = {
  input: SignUpInput;
};


export type MutationLogInArgs = {
  input: LogInInput;
};


export type MutationRefreshSessionArgs = {
  input: RefreshSessionInput;
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationDeleteAccountArgs = {
  input: DeleteAccountInput;
};


export type MutationFollowUserArgs = {
  input: FollowUserInput;
};


export type MutationUnfollowUserArgs = {
  input: UnfollowUserInput;
};

/** An account. */
export type User = Node & {
  readonly __typename?: 'User';
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
  /** 3 to 30 lower-case letters, digits and underscores; unique, and never changes. */
  readonly username: Scalars['String']['output'];
  /** The name to show, 1 to 80 characters. */
  readonly name: Scalars['String']['output'];
  /** A few words about oneself, up to 500 characters; may be empty. */
  readonly bio: Scalars['String']['output'];
  /** An https address of a picture. */
  readonly avatarUrl: Maybe<Scalars['String']['output']>;
  /** When the account was opened. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The viewer's own address; null on every other account. */
  readonly email: Maybe<Scalars['String']['output']>;
  /** Who follows this account, latest first. Pages like `users`. */
  readonly followers: UserConnection;
  /** Whom this account follows, latest first. Pages like `users`. */
  readonly following: UserConnection;
  /** How many accounts follow this one. */
  readonly followerCount: Scalars['Int']['output'];
  /** How many accounts this one follows. */
  readonly followingCount: Scalars['Int']['output'];
  /** Whether the viewer follows this account; false without a sign-in. */
  readonly viewerIsFollowing: Scalars['Boolean']['output'];
  /** Whom the viewer follows: the latest 1000. For subgraphs that build on it; null on every account but the viewer's own. */
  readonly followeeIds: Maybe<ReadonlyArray<Scalars['ID']['output']>>;
};


/** An account. */
export type UserFollowersArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};


/** An account. */
export type UserFollowingArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
};

export type Post = Node & {
  readonly __typename?: 'Post';
  readonly id: Scalars['ID']['output'];
};

export type Comment = Node & {
  readonly __typename?: 'Comment';
  readonly id: Scalars['ID']['output'];
};

/** A page of accounts. */
export type UserConnection = {
  readonly __typename?: 'UserConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<User>;
  /** Where this page lies in the list. */
  readonly pageInfo: PageInfo;
};

/** An account in a list. */
export type UserEdge = {
  readonly __typename?: 'UserEdge';
  /** Its place in this list, for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The item. */
  readonly node: User;
};

/** What a signed-in client holds. Both tokens are secrets: keep them out of URLs and logs. */
export type Session = {
  readonly __typename?: 'Session';
  /** A JWT for the `Authorization: Bearer` header. */
  readonly accessToken: Scalars['String']['output'];
  /** When the access token runs out: 15 minutes from now. */
  readonly accessTokenExpiresAt: Scalars['DateTime']['output'];
  /** Good for one `refreshSession`. */
  readonly refreshToken: Scalars['String']['output'];
  /** When the refresh token runs out. */
  readonly refreshTokenExpiresAt: Scalars['DateTime']['output'];
};

/** What `signUp` is told. */
export type SignUpInput = {
  /** 3 to 30 lower-case letters, digits and underscores. */
  readonly username: Scalars['String']['input'];
  /** Shown to nobody else. */
  readonly email: Scalars['String']['input'];
  /** 12 to 128 characters. */
  readonly password: Scalars['String']['input'];
  /** The name to show, 1 to 80 characters; the username when left out. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** What came of `signUp`. */
export type SignUpPayload = {
  readonly __typename?: 'SignUpPayload';
  /** The account as it is now; null when nothing was changed. */
  readonly user: Maybe<User>;
  /** The new session; null when there is none. */
  readonly session: Maybe<Session>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `logIn` is told. */
export type LogInInput = {
  /** The account's username or e-mail address. */
  readonly login: Scalars['String']['input'];
  /** The password. */
  readonly password: Scalars['String']['input'];
};

/** What came of `logIn`. */
export type LogInPayload = {
  readonly __typename?: 'LogInPayload';
  /** The account as it is now; null when nothing was changed. */
  readonly user: Maybe<User>;
  /** The new session; null when there is none. */
  readonly session: Maybe<Session>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `refreshSession` is told. */
export type RefreshSessionInput = {
  /** As `logIn`, `signUp` or the last `refreshSession` gave it. */
  readonly refreshToken: Scalars['String']['input'];
};

/** What came of `refreshSession`. */
export type RefreshSessionPayload = {
  readonly __typename?: 'RefreshSessionPayload';
  /** The new session; null when there is none. */
  readonly session: Maybe<Session>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What came of `logOut`. */
export type LogOutPayload = {
  readonly __typename?: 'LogOutPayload';
  /** Whether the viewer was signed in until now. */
  readonly loggedOut: Scalars['Boolean']['output'];
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `updateProfile` is told. */
export type UpdateProfileInput = {
  /** 1 to 80 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Up to 500 characters. */
  readonly bio?: InputMaybe<Scalars['String']['input']>;
  /** An https address of up to 2000 characters; null removes the picture. */
  readonly avatarUrl?: InputMaybe<Scalars['String']['input']>;
};

/** What came of `updateProfile`. */
export type UpdateProfilePayload = {
  readonly __typename?: 'UpdateProfilePayload';
  /** The account as it is now; null when nothing was changed. */
  readonly user: Maybe<User>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `changePassword` is told. */
export type ChangePasswordInput = {
  /** The password until now. */
  readonly currentPassword: Scalars['String']['input'];
  /** 12 to 128 characters. */
  readonly newPassword: Scalars['String']['input'];
};

/** What came of `changePassword`. */
export type ChangePasswordPayload = {
  readonly __typename?: 'ChangePasswordPayload';
  /** The account as it is now; null when nothing was changed. */
  readonly user: Maybe<User>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `deleteAccount` is told. */
export type DeleteAccountInput = {
  /** The current password, to be sure who asks. */
  readonly password: Scalars['String']['input'];
};

/** What came of `deleteAccount`. */
export type DeleteAccountPayload = {
  readonly __typename?: 'DeleteAccountPayload';
  /** The id of the account that is gone. */
  readonly deletedUserId: Maybe<Scalars['ID']['output']>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `followUser` is told. */
export type FollowUserInput = {
  /** The id of the account. */
  readonly userId: Scalars['ID']['input'];
};

/** What came of `followUser`. */
export type FollowUserPayload = {
  readonly __typename?: 'FollowUserPayload';
  /** The account that is followed now. */
  readonly user: Maybe<User>;
  /** Why nothing was changed; empty when it was. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What `unfollowUser` is told. */
export type UnfollowUserInput = {
  /** The id of the account. */
  readonly userId: Scalars['ID']['input'];
};

/** What came of `unfollowUser`. */
export type UnfollowUserPayload = {
  readonly __typename?: 'UnfollowUserPayload';
  /** The account that is followed no longer. */
  readonly user: Maybe<User>;
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
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Node: ResolverTypeWrapper<NodeReference>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  User: ResolverTypeWrapper<UserRow>;
  Post: ResolverTypeWrapper<NodeReference>;
  Comment: ResolverTypeWrapper<NodeReference>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['UserEdge']>, nodes: ReadonlyArray<ResolversTypes['User']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  Session: ResolverTypeWrapper<Session>;
  SignUpInput: SignUpInput;
  SignUpPayload: ResolverTypeWrapper<Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  LogInInput: LogInInput;
  LogInPayload: ResolverTypeWrapper<Omit<LogInPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  RefreshSessionInput: RefreshSessionInput;
  RefreshSessionPayload: ResolverTypeWrapper<RefreshSessionPayload>;
  LogOutPayload: ResolverTypeWrapper<LogOutPayload>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: ResolverTypeWrapper<Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  DeleteAccountInput: DeleteAccountInput;
  DeleteAccountPayload: ResolverTypeWrapper<DeleteAccountPayload>;
  FollowUserInput: FollowUserInput;
  FollowUserPayload: ResolverTypeWrapper<Omit<FollowUserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  UnfollowUserInput: UnfollowUserInput;
  UnfollowUserPayload: ResolverTypeWrapper<Omit<UnfollowUserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Node: NodeReference;
  ID: Scalars['ID']['output'];
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  UserError: UserError;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  User: UserRow;
  Post: NodeReference;
  Comment: NodeReference;
  UserConnection: Omit<UserConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['UserEdge']>, nodes: ReadonlyArray<ResolversParentTypes['User']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  Session: Session;
  SignUpInput: SignUpInput;
  SignUpPayload: Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  LogInInput: LogInInput;
  LogInPayload: Omit<LogInPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  RefreshSessionInput: RefreshSessionInput;
  RefreshSessionPayload: RefreshSessionPayload;
  LogOutPayload: LogOutPayload;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  DeleteAccountInput: DeleteAccountInput;
  DeleteAccountPayload: DeleteAccountPayload;
  FollowUserInput: FollowUserInput;
  FollowUserPayload: Omit<FollowUserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  UnfollowUserInput: UnfollowUserInput;
  UnfollowUserPayload: Omit<UnfollowUserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
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
  __resolveType: TypeResolveFn<'User' | 'Post' | 'Comment', ParentType, ContextType>;
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
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, Partial<QueryUserArgs>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, Partial<QueryUsersArgs>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  signUp?: Resolver<Maybe<ResolversTypes['SignUpPayload']>, ParentType, ContextType, RequireFields<MutationSignUpArgs, 'input'>>;
  logIn?: Resolver<Maybe<ResolversTypes['LogInPayload']>, ParentType, ContextType, RequireFields<MutationLogInArgs, 'input'>>;
  refreshSession?: Resolver<Maybe<ResolversTypes['RefreshSessionPayload']>, ParentType, ContextType, RequireFields<MutationRefreshSessionArgs, 'input'>>;
  logOut?: Resolver<Maybe<ResolversTypes['LogOutPayload']>, ParentType, ContextType>;
  updateProfile?: Resolver<Maybe<ResolversTypes['UpdateProfilePayload']>, ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  changePassword?: Resolver<Maybe<ResolversTypes['ChangePasswordPayload']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  deleteAccount?: Resolver<Maybe<ResolversTypes['DeleteAccountPayload']>, ParentType, ContextType, RequireFields<MutationDeleteAccountArgs, 'input'>>;
  followUser?: Resolver<Maybe<ResolversTypes['FollowUserPayload']>, ParentType, ContextType, RequireFields<MutationFollowUserArgs, 'input'>>;
  unfollowUser?: Resolver<Maybe<ResolversTypes['UnfollowUserPayload']>, ParentType, ContextType, RequireFields<MutationUnfollowUserArgs, 'input'>>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bio?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  followers?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, Partial<UserFollowersArgs>>;
  following?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, Partial<UserFollowingArgs>>;
  followerCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  followingCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  viewerIsFollowing?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  followeeIds?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ID']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PostResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Post'] = ResolversParentTypes['Post']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Comment'] = ResolversParentTypes['Comment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refreshTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SignUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignUpPayload'] = ResolversParentTypes['SignUpPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LogInPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LogInPayload'] = ResolversParentTypes['LogInPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RefreshSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefreshSessionPayload'] = ResolversParentTypes['RefreshSessionPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LogOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LogOutPayload'] = ResolversParentTypes['LogOutPayload']> = {
  loggedOut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChangePasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePasswordPayload'] = ResolversParentTypes['ChangePasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteAccountPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteAccountPayload'] = ResolversParentTypes['DeleteAccountPayload']> = {
  deletedUserId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type FollowUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FollowUserPayload'] = ResolversParentTypes['FollowUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UnfollowUserPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnfollowUserPayload'] = ResolversParentTypes['UnfollowUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Post?: PostResolvers<ContextType>;
  Comment?: CommentResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SignUpPayload?: SignUpPayloadResolvers<ContextType>;
  LogInPayload?: LogInPayloadResolvers<ContextType>;
  RefreshSessionPayload?: RefreshSessionPayloadResolvers<ContextType>;
  LogOutPayload?: LogOutPayloadResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  ChangePasswordPayload?: ChangePasswordPayloadResolvers<ContextType>;
  DeleteAccountPayload?: DeleteAccountPayloadResolvers<ContextType>;
  FollowUserPayload?: FollowUserPayloadResolvers<ContextType>;
  UnfollowUserPayload?: UnfollowUserPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
