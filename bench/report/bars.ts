export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The value, as people read it. */
  readonly label: string;
}

/** Of the longest bar, in characters: with names and figures, a line still fits where Markdown is shown. */
const width = 40;
/** A character is drawn in eighths from the left, by their number. */
const parts = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A plot that needs nothing but letters of one width, so every code host and every terminal shows it. */
export function drawBars(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const room = Math.max(...bars.map(({ name }) => name.length));
  const lines = bars.map(
    ({ name, value, label }) => `${name.padEnd(room)}  ${bar(value / longest)} ${label}`,
  );
  return [title, ...lines].join('\n');
}

/** What is there is seen, however little it is. */
function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (parts[eighths % 8] ?? '');
}
