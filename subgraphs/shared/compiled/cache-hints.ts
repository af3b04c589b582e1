import { type DirectiveNode, type GraphQLField, getNamedType, isCompositeType } from 'graphql';

/** For how long, and for whom, an answer may be kept; undefined: nothing was said. */
export interface CacheHint {
  readonly maxAge?: number | undefined;
  readonly scope?: 'PUBLIC' | 'PRIVATE' | undefined;
}

/** The hint of a field or of an answer, as resolvers and Apollo's libraries know it from `info.cacheControl`. */
export interface CachePolicy {
  maxAge: number | undefined;
  scope: 'PUBLIC' | 'PRIVATE' | undefined;
  /** Narrows it. */
  restrict(hint: CacheHint): void;
  /** Puts what the hint says in place of what was said. */
  replace(hint: CacheHint): void;
}

export function createCachePolicy(): CachePolicy {
  return {
    maxAge: undefined,
    scope: undefined,
    restrict({ maxAge, scope }) {
      if (maxAge !== undefined && (this.maxAge === undefined || maxAge < this.maxAge)) this.maxAge = maxAge;
      if (scope !== undefined && this.scope !== 'PRIVATE') this.scope = scope;
    },
    replace({ maxAge, scope }) {
      if (maxAge !== undefined) this.maxAge = maxAge;
      if (scope !== undefined) this.scope = scope;
    },
  };
}

/** What the schema says of a field. */
export interface FieldHint extends CacheHint {
  /** Without a `maxAge`, of itself or by its resolver, the field may not be kept. */
  readonly needsMaxAge: boolean;
}

/** By Apollo's rules: https://www.apollographql.com/docs/apollo-server/performance/caching#in-your-schema-static */
export function fieldHint(field: GraphQLField<unknown, unknown>, isOfRoot: boolean): FieldHint {
  const policy = createCachePolicy();
  const type = getNamedType(field.type);
  const ofType = isCompositeType(type) ? annotationOf(type) : undefined;
  const ofField = annotationOf(field);
  let inherits = ofType?.inheritMaxAge === true;
  policy.replace(ofType ?? {});
  if (ofField?.inheritMaxAge === true && policy.maxAge === undefined) {
    inherits = true;
    policy.replace({ scope: ofField.scope });
  } else policy.replace(ofField ?? {});
  const { maxAge, scope } = policy;
  return { maxAge, scope, needsMaxAge: isOfRoot || (isCompositeType(type) && !inherits) };
}

/** What a field's hint comes to in the end. */
export function settledHint({ maxAge, scope }: CacheHint, { needsMaxAge }: FieldHint): CacheHint {
  return { maxAge: maxAge ?? (needsMaxAge ? 0 : undefined), scope };
}

type Annotation = CacheHint & { readonly inheritMaxAge?: boolean };

/** What `@cacheControl` says, where a type or field is defined or extended. */
export function annotationOf(annotated: {
  readonly astNode?: { readonly directives?: readonly DirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly DirectiveNode[] | undefined }[];
}): Annotation | undefined {
  for (const node of [annotated.astNode, ...(annotated.extensionASTNodes ?? [])]) {
    const directive = node?.directives?.find(({ name }) => name.value === 'cacheControl');
    if (directive === undefined) continue;
    const argument = (name: string) =>
      directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
    const [maxAge, scope, inherits] = [argument('maxAge'), argument('scope'), argument('inheritMaxAge')];
    const isScope = scope?.kind === 'EnumValue' && (scope.value === 'PUBLIC' || scope.value === 'PRIVATE');
    const hint = { scope: isScope ? (scope.value as 'PUBLIC' | 'PRIVATE') : undefined };
    if (inherits?.kind === 'BooleanValue' && inherits.value) return { ...hint, inheritMaxAge: true };
    return { ...hint, maxAge: maxAge?.kind === 'IntValue' ? Number(maxAge.value) : undefined };
  }
  return undefined;
}
