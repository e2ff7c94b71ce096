export type Completion = [matches: string[], completed: string];

/** Inside a quote that has not been closed, columns; null anywhere else. */
export function completeColumn(line: string, columns: readonly string[]): Completion | null {
  const open = openQuote(line);
  if (open === null) return null;
  const begun = line.slice(open + 1);
  const matches = columns.filter((column) => column.startsWith(begun));
  return matches.length > 0 ? [matches, begun] : null;
}

/** Index of the quote that is open at the end of the line. */
function openQuote(line: string): number | null {
  let open: number | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '\\') at++;
    else if (open === null ? character === '"' || character === "'" || character === '`' : character === line[open]) {
      open = open === null ? at : null;
    }
  }
  return open;
}
