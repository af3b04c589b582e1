import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toGlobalId } from '../../platform/global-id.ts';
import { orderedUuid, password, startUsers, type TestUsers, userId } from './users-subgraph.ts';

let users: TestUsers;

before(async () => {
  users = await startUsers();
});
after(() => users.stop());

const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id username followerCount } }
}`;

async function entities(representations: unknown[]) {
  const { status, body } = await users.call(query, { representations });
  assert.equal(status, 200);
  assert.equal(body.errors, undefined);
  return body.data._entities;
}

test('accounts are resolved in the order asked for, each as often as it is', async () => {
  const [ada, bob] = [await users.signUp('ada'), await users.signUp('bob')];
  const reference = (id: string) => ({ __typename: 'User', id });
  const [first, second, third] = await entities([reference(bob.id), reference(ada.id), reference(bob.id)]);
  assert.deepEqual(first, { id: bob.id, username: 'bob', followerCount: 0 });
  assert.deepEqual(second, { id: ada.id, username: 'ada', followerCount: 0 });
  assert.deepEqual(third, first);
});

test('malformed, foreign, unknown and deleted references are null, and spoil nothing for the others', async () => {
  const [carol, gone] = [await users.signUp('carol'), await users.signUp('gone')];
  const deletion = await users.call(
    'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedUserId } }',
    { input: { password } },
    gone.viewer,
  );
  assert.equal(deletion.body.data.deleteAccount.deletedUserId, gone.id);

  const references = [
    { __typename: 'User', id: 'nonsense' },
    { __typename: 'User', id: '' },
    { __typename: 'User', id: 5 },
    { __typename: 'User', id: null },
    { __typename: 'User', id: ['a'] },
    { __typename: 'User' },
    { __typename: 'User', id: toGlobalId('Post', carol.uuid) },
    { __typename: 'User', id: userId(orderedUuid(404)) },
    { __typename: 'User', id: gone.id },
  ];
  const answer = await entities([...references, { __typename: 'User', id: carol.id }]);
  assert.deepEqual(
    answer.slice(0, -1),
    references.map(() => null),
  );
  assert.equal(answer.at(-1).username, 'carol');
});

test('the service says what it serves, for composition', async () => {
  const { body } = await users.call('{ _service { sdl } }');
  assert.match(body.data._service.sdl, /type User implements Node\s+@key\(fields: "id"\)/);
});
