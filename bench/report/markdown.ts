import type { Sample } from '../measure/rounds.ts';
import { type Bar, drawBars } from './bars.ts';
import { type Aim, type Report, type Row, reached, type Table } from './report.ts';
import type { Run } from './run.ts';
import { namesOf, summarise, totalCpuMs } from './summarise.ts';

/** The report for people: CPU time first, for it says what a request costs whatever else the machine does. */
export function toMarkdown(report: Report, run: Run): string {
  return [
    `## ${report.title}`,
    describe(run),
    ...report.tables.map((table) => `### ${table.title}\n\n${figures(table)}${plots(table)}`),
    ...(report.listings ?? []).map(({ title, head, lines }) => `### ${title}\n\n${toTable(head, lines)}`),
    ...(report.aims.length > 0 ? [`### Aims\n\n${aims(report.aims)}`] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function describe({ date, revision, command, machine, node, load, loadAverage, options }: Run): string {
  return [
    `- ${date}, revision ${revision}, \`${command}\``,
    `- ${machine}; Node ${node}; load average before and after: ${loadAverage.join(' and ')}`,
    `- ${load}, clients: ${options.clients.join(', ')}; medians of ${options.rounds} rounds of ${options.seconds} s`,
  ].join('\n');
}

function figures({ rows, against }: Table): string {
  const processes = namesOf(rows, 'cpuMs');
  const counters = namesOf(rows, 'counters');
  const others = namesOf(rows, 'figures');
  const base = rows.find(({ id }) => id === against);
  const baseRate = base && summarise(base.samples).requestsPerSecond;
  const head = [
    'System',
    ...processes.map((name) => `CPU ms: ${name}`),
    ...(processes.length > 1 ? ['CPU ms: all'] : []),
    'requests/s',
    ...(base ? [`x ${base.name}`] : []),
    'p50 ms',
    'p99 ms',
    ...counters,
    ...others,
  ];
  const line = ({ name, samples }: Row) => {
    const sample = summarise(samples);
    const { cpuMs, requestsPerSecond, p50Ms, p99Ms, counters: counts, figures: rest } = sample;
    return [
      name,
      ...processes.map((process) => figure(cpuMs[process], 4)),
      ...(processes.length > 1 ? [figure(totalCpuMs(sample), 4)] : []),
      Math.round(requestsPerSecond).toString(),
      ...(baseRate === undefined ? [] : [`${(requestsPerSecond / baseRate).toFixed(2)}`]),
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      ...counters.map((counter) => figure(counts[counter], 2)),
      ...others.map((other) => figure(rest[other], 1)),
    ];
  };
  return toTable(head, rows.map(line));
}

/** What the table says first of all, to be seen at a glance. */
function plots({ rows }: Table): string {
  const bars = (value: (sample: Sample) => number | undefined, digits: number): Bar[] =>
    rows.flatMap(({ name, samples }) => {
      const shown = value(summarise(samples));
      return shown === undefined ? [] : [{ name, value: shown, label: shown.toFixed(digits) }];
    });
  const drawn = [
    { title: 'CPU ms of a request, all processes', bars: bars(totalCpuMs, 4) },
    { title: 'requests/s', bars: bars(({ requestsPerSecond }) => requestsPerSecond, 0) },
  ].filter((plot) => plot.bars.length > 1);
  if (drawn.length === 0) return '';
  const text = drawn.map((plot) => drawBars(plot.title, plot.bars)).join('\n\n');
  return `\n\n\`\`\`text\n${text}\n\`\`\``;
}

function aims(all: readonly Aim[]): string {
  const words = {
    stretch: 'yes, the stretch, too',
    must: 'yes',
    'not-stretch': 'not the stretch',
    no: '**no**',
    unasked: '',
  };
  return toTable(
    ['Aim', 'measured', 'must', 'stretch', 'reached', 'by CPU'],
    all.map((aim) => {
      const sign = aim.better === 'more' ? '>=' : '<=';
      return [
        aim.what,
        `${aim.measured.toFixed(2)}x`,
        aim.must === undefined ? '' : `${sign} ${aim.must}x`,
        aim.stretch === undefined ? '' : `${sign} ${aim.stretch}x`,
        words[reached(aim)],
        aim.byCpu === undefined ? '' : `${aim.byCpu.toFixed(2)}x`,
      ];
    }),
  );
}

function figure(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits);
}

/** The first column is text, the others are figures. */
function toTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
