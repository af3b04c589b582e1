/** What docs/performance.md begins with. */
const introduction = `# Performance

The last run of each question, as \`npm run bench\` printed it, with its machine, its date and its revision: no figure here is typed by
hand. [benchmarks.md](benchmarks.md) says what each question asks and how to read the tables. To repeat a run, give the command that stands
above its tables; with \`--write\` its figures take the place of those here:

\`\`\`sh
npm run bench -- --write
\`\`\`
`;

/** Stands before the report of a question. */
const mark = (question: string) => `<!-- question: ${question} -->`;

/** The page, with the report of one question in place of its last. Questions stand in the order given. */
export function withReport(
  page: string,
  question: string,
  markdown: string,
  order: readonly string[],
): string {
  const reports = readReports(page).set(question, markdown.trim());
  const known = order.flatMap((name) => {
    const report = reports.get(name);
    return report === undefined ? [] : [`${mark(name)}\n\n${report}\n`];
  });
  return [introduction, ...known].join('\n');
}

/** By question. */
export function readReports(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^<!-- question: (\S+) -->$/m);
  const reports = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2)
    reports.set(parts[index] ?? '', (parts[index + 1] ?? '').trim());
  return reports;
}
