import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSingleFlight } from '../../cache/single-flight.ts';
import { Departure } from '../../platform/departure.ts';

/** Work of which the test sees whether anybody wants it. */
function start() {
  const flights = createSingleFlight<string>(async (_result, at) => ({ valid: true, position: at }));
  const works: { unwanted: Departure; end: (result: string) => void }[] = [];
  return {
    works,
    ask(gone?: Departure, isAwaited = () => false) {
      return flights.run('key', {
        position: { epoch: 'one', clock: 1 },
        gone,
        isAwaited,
        accepts: () => true,
        work: (_position, unwanted) => new Promise((end) => works.push({ unwanted, end })),
      });
    },
  };
}

test('work is unwanted when all who waited for it have gone, and not before', async () => {
  const { works, ask } = start();
  const [pilot, follower] = [new Departure(), new Departure()];
  const both = [ask(pilot), ask(follower)];
  await nextTurn();
  assert.equal(works.length, 1);
  pilot.leave();
  assert.equal(works[0]?.unwanted.hasLeft, false);
  follower.leave();
  assert.equal(works[0]?.unwanted.hasLeft, true);
  works[0]?.end('too late');
  await Promise.all(both);
});

test('work for somebody who stays to the end is wanted to the end', async () => {
  const { works, ask } = start();
  const guest = new Departure();
  const both = [ask(guest), ask()];
  await nextTurn();
  guest.leave();
  assert.equal(works[0]?.unwanted.hasLeft, false);
  works[0]?.end('done');
  assert.deepEqual(
    (await Promise.all(both)).map(({ result }) => result),
    ['done', 'done'],
  );
});

test('who goes before the work begins leaves it to those who came along; alone it begins unwanted', async () => {
  const { works, ask } = start();
  const pilot = new Departure();
  const first = ask(pilot);
  pilot.leave();
  const second = ask();
  await nextTurn();
  assert.equal(works[0]?.unwanted.hasLeft, false);
  works[0]?.end('done');
  await Promise.all([first, second]);

  const stranger = new Departure();
  stranger.leave();
  const gone = ask(stranger);
  await nextTurn();
  assert.equal(works[1]?.unwanted.hasLeft, true);
  works[1]?.end('nothing');
  await gone;
});

test('work that others wait for elsewhere is wanted', async () => {
  const { works, ask } = start();
  const pilot = new Departure();
  const flown = ask(pilot, () => true);
  await nextTurn();
  pilot.leave();
  assert.equal(works[0]?.unwanted.hasLeft, false);
  works[0]?.end('done');
  await flown;
});

test('work that was given up is joined by nobody', async () => {
  const { works, ask } = start();
  const pilot = new Departure();
  const gone = ask(pilot);
  await nextTurn();
  pilot.leave();
  const late = ask();
  works[0]?.end('cut short');
  await gone;
  await nextTurn();
  works[1]?.end('made anew');
  assert.equal((await late).result, 'made anew');
});
