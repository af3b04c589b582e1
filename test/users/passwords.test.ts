import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords } from '../../subgraphs/users/passwords.ts';

test('a password is verified against its own hash only', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse battery');
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await passwords.verify('correct horse battery', hash), true);
  assert.equal(await passwords.verify('correct horse battery ', hash), false);
  assert.notEqual(await passwords.hash('correct horse battery'), hash);
});

test('the same password typed as other code points is the same password', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('cafe\u0301 cafe\u0301 cafe\u0301');
  assert.equal(await passwords.verify('caf\u00e9 caf\u00e9 caf\u00e9', hash), true);
});

test('a hash made elsewhere with other parameters is verified with them', async () => {
  // A test vector of the reference implementation (github.com/P-H-C/phc-winner-argon2, src/test.c).
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  assert.equal(await createPasswords().verify('password', hash), true);
});

test('a stored hash of another kind is a fault, not a wrong password', async () => {
  await assert.rejects(
    createPasswords().verify('correct horse battery', '$2b$10$abc'),
    /not an Argon2id one/,
  );
});

test('a password that finds too many before it is turned away, whether the account exists or not', async () => {
  const passwords = createPasswords({ running: 1, waiting: 0 });
  const hash = await passwords.hash('correct horse battery');
  for (const first of [null, hash])
    for (const second of [null, hash]) {
      const verified = passwords.verify('correct horse battery', first);
      await assert.rejects(passwords.verify('correct horse battery', second), { code: 'OVERLOADED' });
      assert.equal(await verified, first !== null);
    }
});
