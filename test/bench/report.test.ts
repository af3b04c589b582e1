import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { questions } from '../../bench/questions/questions.ts';
import { drawBars } from '../../bench/report/bars.ts';
import { readReports, withReport } from '../../bench/report/performance-page.ts';

test('bars begin in one column, are as long as their values to an eighth of a character, and none is lost', () => {
  const bars = [
    { name: 'ours', value: 100, label: '100' },
    { name: 'theirs', value: 51, label: '51' },
    { name: '', value: 0.1, label: '0.1' },
    { name: 'none', value: 0, label: '0' },
  ];
  assert.deepEqual(drawBars('requests/s', bars).split('\n'), [
    'requests/s',
    `ours    ${'█'.repeat(40)} 100`,
    `theirs  ${'█'.repeat(20)}▍ 51`,
    '        ▏ 0.1',
    'none    ▏ 0',
  ]);
});

test('a report takes the place of the last one of its question, and leaves the others as they are', () => {
  const order = ['hits', 'unique', 'refusals'];
  const first = withReport('', 'unique', '## Unique\n\n1 ms\n', order);
  const both = withReport(first, 'hits', '## Hits\n\n2 ms\n', order);
  const again = withReport(both, 'unique', '## Unique\n\n3 ms\n', order);
  assert.deepEqual(
    [...readReports(again)],
    [
      ['hits', '## Hits\n\n2 ms'],
      ['unique', '## Unique\n\n3 ms'],
    ],
  );
  assert.equal(again, both.replace('1 ms', '3 ms'));
});

test('docs/performance.md is what the bench wrote, of questions that there are', async () => {
  const page = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8');
  const reports = [...readReports(page)];
  assert(reports.length > 0);
  for (const [question, report] of reports) {
    assert(questions.has(question), question);
    assert.equal(withReport(page, question, report, [...questions.keys()]), page);
    // When, of what, how, and on which machine.
    assert.match(
      report,
      /^## .+\n\n- \d{4}-\d\d-\d\dT\d\d:\d\dZ, revision .+, `npm run bench -- .*`\n- .+; Node v/,
    );
  }
});
