import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { CacheStore } from '../../../cache/store.ts';
import { readGatewayConfig } from '../../../gateway/config.ts';
import { createGateway } from '../../../gateway/gateway.ts';
import type { Service } from '../../../platform/service.ts';
import { type CapturedLog, captureLog } from './captured-log.ts';
import { subgraphSecret } from './test-subgraph.ts';

export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: unknown[]; extensions: { code: string } }[];
  readonly extensions?: Record<string, unknown>;
}

export interface TestGateway extends AsyncDisposable {
  readonly service: Service;
  readonly url: string;
  readonly adminUrl: string;
  readonly supergraphFile: string;
  readonly log: CapturedLog;
  /** Sends an operation by POST. */
  send(body: object, headers?: Record<string, string>): Promise<Response>;
  /** Sends a query by POST and reads the answer. */
  query(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphqlAnswer>;
}

/** Composes subgraphs into a supergraph's SDL. */
export function supergraphOf(subgraphs: readonly { name: string; url: string; sdl: string }[]): string {
  const composition = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  assert.equal(composition.errors, undefined);
  assert(composition.supergraphSdl !== undefined);
  return composition.supergraphSdl;
}

/** A gateway on free ports over the given supergraph. */
export async function startTestGateway(options: {
  supergraph: string;
  env?: Record<string, string>;
  /** With one, `CACHE=on` in `env` caches there. */
  cacheStore?: CacheStore;
}): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, options.supergraph);
  const log = captureLog();
  const config = readGatewayConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    NODE_ENV: 'test',
    SUPERGRAPH_FILE: supergraphFile,
    SUBGRAPH_SECRET: subgraphSecret,
    CACHE: 'off',
    ...options.env,
  });
  const { cacheStore } = options;
  const service = createGateway(config, {
    logger: log.logger,
    ...(cacheStore === undefined ? {} : { cacheStore }),
  });
  try {
    await service.start();
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }

  const send: TestGateway['send'] = (body, headers = {}) =>
    fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    service,
    url: service.url,
    adminUrl: service.adminUrl,
    supergraphFile,
    log,
    send,
    async query(query, variables, headers) {
      const response = await send({ query, variables }, headers);
      return (await response.json()) as GraphqlAnswer;
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      await rm(folder, { recursive: true });
    },
  };
}
