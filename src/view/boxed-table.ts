import Table from 'cli-table3';

const ASCII = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
} as const;

/**
 * Text in a bordered table whose last column wraps to fit: for reading a few dozen rows of prose on a terminal, not for
 * data. Cells must be safe already.
 */
export function boxedTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, ascii }: { readonly width: number; readonly ascii: boolean },
): string {
  const natural = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)) + 2);
  const others = natural.slice(0, -1);
  const borders = natural.length + 1;
  const last = Math.max(
    20,
    Math.min(natural.at(-1) ?? 0, width - borders - others.reduce((sum, cell) => sum + cell, 0)),
  );
  const table = new Table({
    head: [...head],
    colWidths: [...others, last],
    wordWrap: true,
    // Without this its colours go into pipes too.
    style: { head: [], border: [] },
    ...(ascii ? { chars: ASCII } : {}),
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString()}\n`;
}
