import { hash } from 'node:crypto';
import type { ApolloServerOptions } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  printSchema,
  specifiedRules,
  validate,
} from 'graphql';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import type { GatewayContext } from '../context.ts';
import type { OperationCost } from '../cost/operation-cost.ts';
import type { SupergraphCosts } from '../cost/supergraph-costs.ts';
import { type DocumentVerdict, judgeDocument } from '../limits/judge-document.ts';
import type { Limits } from '../limits/limits.ts';

/** Characters of document text whose parsed and validated form is remembered; a parsed one takes some 80 bytes for each. */
const rememberedDocuments = 500_000;
const rememberedVerdicts = 20_000;

/** What is learnt is validated no more: documents that some gateways allow and others don't are not learnt. */
const learningRules = [...specifiedRules, NoSchemaIntrospectionCustomRule];

const emptyDocument: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** What was found out about documents that came before, for every request that brings them again. */
export interface KnownDocuments {
  /** Where Apollo Server keeps those that it has parsed and validated. For a text that is refused it gives out an empty document. */
  readonly store: NonNullable<ApolloServerOptions<GatewayContext>['documentStore']>;
  verdictOn(text: string, queryHash: string): DocumentVerdict;
  costOf(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema): OperationCost;
  /**
   * Does for a document what is done for the first request that brings it.
   *
   * @returns what Apollo Server is given for this text once the schema is in use
   * @throws GraphQLError, or CodedError, when it would be refused
   */
  learn(text: string, schema: GraphQLSchema): DocumentNode;
}

export function createKnownDocuments(limits: Limits, costs: SupergraphCosts): KnownDocuments {
  const documents = createBoundedMemo<DocumentNode>(rememberedDocuments);
  const { safelist } = limits;
  let edition = safelist?.edition;
  let verdicts = createBoundedMemo<DocumentVerdict>(rememberedVerdicts);
  /** By the safelist before: of requests that were judged by it and are still being answered. */
  let formerVerdicts = verdicts;
  // Two supergraphs that clients see as the same share documents, and may differ in costs.
  const operationCosts = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, OperationCost>>();
  const schemaHashes = new WeakMap<GraphQLSchema, string>();

  const verdictOn = (text: string, queryHash: string): DocumentVerdict => {
    if (safelist?.edition !== edition) {
      edition = safelist?.edition;
      formerVerdicts = verdicts;
      verdicts = createBoundedMemo(rememberedVerdicts);
    }
    const known = verdicts.get(queryHash);
    if (known !== undefined) return known;
    const verdict = judgeDocument(text, limits);
    verdicts.set(queryHash, verdict, 1);
    return verdict;
  };

  const costOf: KnownDocuments['costOf'] = (document, operation, schema) => {
    const ofSchema = remembered(
      operationCosts,
      schema,
      () => new WeakMap<OperationDefinitionNode, OperationCost>(),
    );
    return remembered(ofSchema, operation, () => costs.of(schema).compile(document, operation));
  };

  return {
    // Keys are "<hash of the schema>:<hash of the text>".
    store: {
      async get(key) {
        const queryHash = key.slice(key.lastIndexOf(':') + 1);
        const verdict = verdicts.get(queryHash) ?? formerVerdicts.get(queryHash);
        return verdict?.refusal === undefined ? documents.get(key) : emptyDocument;
      },
      async set(key, document) {
        documents.set(key, document, document.loc?.source.body.length ?? rememberedDocuments);
      },
      async delete(key) {
        documents.delete(key);
      },
    },
    verdictOn,
    costOf,

    learn(text, schema) {
      const queryHash = hash('sha256', text);
      const { refusal } = verdictOn(text, queryHash);
      if (refusal !== undefined) throw refusal;
      const schemaHash = remembered(schemaHashes, schema, () => hash('sha256', printSchema(schema)));
      const key = `${schemaHash}:${queryHash}`;
      let document = documents.get(key);
      if (document === undefined) {
        document = parse(text);
        const [fault] = validate(schema, document, learningRules, { maxErrors: 1 });
        if (fault !== undefined) throw fault;
        documents.set(key, document, text.length);
      }
      for (const definition of document.definitions)
        if (definition.kind === Kind.OPERATION_DEFINITION) costOf(document, definition, schema);
      return document;
    },
  };
}

function remembered<Key extends object, Value>(
  known: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  const existing = known.get(key);
  if (existing !== undefined) return existing;
  const made = make();
  known.set(key, made);
  return made;
}
