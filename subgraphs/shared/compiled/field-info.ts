import type { FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo } from 'graphql';
import {
  annotationOf,
  type CacheHint,
  type CachePolicy,
  createCachePolicy,
  settledHint,
} from './cache-hints.ts';
import type { Execution, Position } from './execute-query.ts';

/** What a resolver may know about its field; made out only where it is asked. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly path: Position;
  readonly rootValue = undefined;
  readonly #execution: Execution;
  #policy: CachePolicy | undefined;

  constructor(execution: Execution, position: Position) {
    this.path = position;
    this.#execution = execution;
  }

  get fieldName(): string {
    return this.path.field.name;
  }
  get fieldNodes(): readonly FieldNode[] {
    return this.path.field.nodes;
  }
  get parentType(): GraphQLObjectType {
    return this.path.field.parentType;
  }
  get returnType(): GraphQLOutputType {
    const { definition } = this.path.field;
    if (definition === undefined) throw new Error('__typename has no resolver');
    return definition.type;
  }
  get schema(): GraphQLResolveInfo['schema'] {
    return this.#execution.query.schema;
  }
  get fragments(): GraphQLResolveInfo['fragments'] {
    return this.#execution.query.fragments;
  }
  get operation(): GraphQLResolveInfo['operation'] {
    return this.#execution.query.operation;
  }
  get variableValues(): Record<string, unknown> {
    return this.#execution.variables;
  }

  /** As Apollo Server has it: resolvers, that of `_entities` among them, say by it what only they know. */
  get cacheControl() {
    this.#policy ??= this.#newPolicy();
    const policy = this.#policy;
    return {
      setCacheHint: (hint: CacheHint) => policy.replace(hint),
      cacheHint: policy,
      cacheHintFromType: (type: Parameters<typeof annotationOf>[0]) => annotationOf(type) ?? {},
    };
  }

  #newPolicy(): CachePolicy {
    const policy = createCachePolicy();
    policy.replace(this.path.field.hint);
    return policy;
  }

  settledHint(): CacheHint {
    const { field } = this.path;
    return this.#policy === undefined ? field.settledHint : settledHint(this.#policy, field.hint);
  }
}
