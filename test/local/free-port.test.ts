import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, isPortFree } from '../../local/free-port.ts';

test('no port is given twice, though nobody listens on it meanwhile', async () => {
  // Of some 28 000 that the system chooses among, it would choose many again.
  const ports: number[] = [];
  for (let count = 0; count < 2_000; count += 1) ports.push(await freePort());
  assert.equal(new Set(ports).size, ports.length);
  assert.equal(await isPortFree(ports[0] ?? 0), true);
});
