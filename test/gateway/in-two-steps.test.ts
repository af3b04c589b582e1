import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema } from 'graphql';
import { inTwoSteps } from '../../gateway/supergraph/in-two-steps.ts';

type Library = Parameters<typeof inTwoSteps>[0];
type Listener = Parameters<Library['onSchemaLoadOrUpdate']>[0];

const supergraph = (name: string) => ({
  apiSchema: buildSchema(`type Query { ${name}: Int }`),
  coreSupergraphSdl: name,
});

/** The library's side: it tells of what is loaded, and of every version after it. */
function createLibrary() {
  const listeners: Listener[] = [];
  const tell = (name: string) => {
    for (const listener of listeners) listener(supergraph(name));
  };
  const library: Library = {
    onSchemaLoadOrUpdate: (listener) => {
      listeners.push(listener);
      return () => {};
    },
    load: async () => {
      tell('first');
      return { executor: () => Promise.reject(new Error('not asked')) };
    },
    stop: async () => {},
  };
  return { library, tell };
}

test('a supergraph is used when all have prepared for it, and the one before until then', async () => {
  const { library, tell } = createLibrary();
  const gateway = inTwoSteps(library);
  const heard: string[] = [];
  const gates = new Map([
    ['first', Promise.withResolvers<void>()],
    ['second', Promise.withResolvers<void>()],
  ]);
  gateway.beforeUse(({ coreSupergraphSdl }) => {
    heard.push(`${coreSupergraphSdl} is coming`);
    return gates.get(coreSupergraphSdl)?.promise;
  });
  gateway.beforeUse(({ coreSupergraphSdl }) => {
    heard.push(`${coreSupergraphSdl} is nearly there`);
  });
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => heard.push(`${coreSupergraphSdl} is used`));

  const loading = gateway.load({ apollo: {} });
  gates.get('first')?.resolve();
  await loading;
  assert.deepEqual(heard, ['first is coming', 'first is nearly there', 'first is used']);

  tell('second');
  const inUse = gateway.inUse();
  assert.deepEqual(heard.slice(3), ['second is coming']);
  gates.get('second')?.resolve();
  await inUse;
  assert.deepEqual(heard.slice(3), ['second is coming', 'second is nearly there', 'second is used']);
});

test('one that somebody cannot prepare for is not used, and whoever loads it is told', async () => {
  const { library, tell } = createLibrary();
  const gateway = inTwoSteps(library);
  const used: string[] = [];
  gateway.beforeUse(({ coreSupergraphSdl }) => {
    if (coreSupergraphSdl !== 'first') throw new Error(`no ${coreSupergraphSdl}`);
  });
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => used.push(coreSupergraphSdl));
  await gateway.load({ apollo: {} });
  tell('second');
  await assert.rejects(gateway.inUse(), /no second/);
  assert.deepEqual(used, ['first']);
});
