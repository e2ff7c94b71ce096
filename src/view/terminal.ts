import type { NoteSection, Report } from '../model/report.ts';
import { checkLines } from './check-lines.ts';
import { coverageClauses } from './coverage-text.ts';
import { asciiText, safeText } from './escape.ts';
import { findingsLines } from './finding-lines.ts';
import { plotLines } from './plot.ts';
import { tableLines } from './table.ts';
import type { View, ViewOptions } from './view.ts';
import { wrap } from './width.ts';

const PUNCTUATION: Readonly<Record<string, string>> = {
  '·': '-',
  '…': '...',
  '×': 'x',
  '–': '-',
  '—': '-',
  '→': '->',
  '≥': '>=',
  '≤': '<=',
};

/** Makes text safe for this terminal: the program's own signs have ASCII forms, everything else is shown by its code. */
function teller(ascii: boolean): (text: string) => string {
  if (!ascii) return safeText;
  return (text) => asciiText(text.replace(/[·…×–—→≥≤]/g, (sign) => PUNCTUATION[sign] ?? sign));
}

function noteLines(note: NoteSection, options: ViewOptions, tell: (text: string) => string): string[] {
  const text = tell(note.text);
  // A command is one line however long it is: it is there to be copied.
  if (note.tone === 'command') return [options.style.command(text)];
  const lines = wrap(text, options.width, options.ruler);
  return note.tone === 'warning' ? lines.map(options.style.warning) : lines.map(options.style.faint);
}

function verdictLine(report: Report, { style }: ViewOptions): string | null {
  if (report.verdict === 'pass' || report.verdict === 'clean') return style.good(`verdict: ${report.verdict}`);
  if (report.verdict === 'none') return null;
  return style.critical(`verdict: ${report.verdict}`);
}

/** For people: tables, then what was judged one by one, then findings, then what to know and type next, then what was not seen. */
export const terminalView: View = (report, options) => {
  const tell = teller(options.ascii);
  const blocks: string[][] = [];
  const notes: string[] = [];
  for (const section of report.sections) {
    if (section.kind === 'note') notes.push(...noteLines(section, options, tell));
    else if (section.kind === 'series') blocks.push(plotLines(section, options, tell));
    else if (section.folded !== true) {
      const title = section.title === null ? [] : [options.style.strong(tell(section.title))];
      blocks.push([...title, ...tableLines(section, options, tell)]);
    }
  }
  blocks.push(checkLines(report, options, tell));
  if (report.findingsTold !== true) blocks.push(findingsLines(report, options, tell));
  const unseen = coverageClauses(report.coverage);
  if (unseen.length > 0)
    notes.push(
      ...wrap(tell(`not seen: ${unseen.join(' · ')}`), options.width, options.ruler).map(options.style.warning),
    );
  const verdict = verdictLine(report, options);
  if (verdict !== null) notes.push(verdict);
  blocks.push(notes);
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
};
