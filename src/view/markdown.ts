import type { Finding, Section, TableSection } from '../model/report.ts';
import { barText, cellAsText, isRightAligned, MAX_PRINTED_ROWS } from './cell.ts';
import { coverageClauses } from './coverage-text.ts';
import { markdownCode, markdownText } from './escape.ts';
import type { View } from './view.ts';

function tableText(table: TableSection): string {
  const { columns } = table;
  const titles = columns.map((column) => markdownText(column.title) || ' ');
  const rule = columns.map((column) => (isRightAligned(column) ? '---:' : '---'));
  const rows = table.rows.slice(0, MAX_PRINTED_ROWS).map((row) =>
    columns.map((column, i) => {
      const value = row[i] ?? null;
      if (column.kind === 'bar') return typeof value === 'number' ? `\`${barText(value, 10)}\`` : '';
      const text = cellAsText(value, column.kind);
      return column.kind === 'name' ? markdownCode(text) : markdownText(text);
    }),
  );
  const lines = [titles, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const more = table.more + Math.max(0, table.rows.length - MAX_PRINTED_ROWS);
  if (more > 0) lines.push('', `${more} more`);
  return lines.join('\n');
}

function sectionText(section: Section): string {
  if (section.kind === 'note')
    return section.tone === 'command' ? markdownCode(section.text) : markdownText(section.text);
  if (section.kind === 'table') {
    const title = section.title === null ? '' : `### ${markdownText(section.title)}\n\n`;
    return title + tableText(section);
  }
  const values = section.y.values.map((value) => value ?? '').join(' ');
  return `${markdownText(section.title)} (${markdownText(section.y.title)}): ${values}`;
}

function findingText(finding: Finding): string {
  const next = finding.next.slice(0, 2).map((line) => `\n  - ${markdownCode(line)}`);
  return `- **${finding.severity}** ${markdownText(finding.message)}${next.join('')}`;
}

/** For issues and chats: nothing in a name can become markup, a mention or another cell. */
export const markdownView: View = (report) => {
  const { source, coverage, findings } = report;
  const from = `${markdownText(source.name)} (${markdownText(source.dialect)}${source.time ? `, ${source.time}` : ''})`;
  const blocks = [`## leaksof ${report.command}: ${from}`, ...report.sections.map(sectionText)];
  if (findings.length > 0) blocks.push(['### Findings\n', ...findings.map(findingText)].join('\n'));
  const unseen = coverageClauses(coverage);
  if (unseen.length > 0) blocks.push(`Not seen: ${unseen.map(markdownText).join('; ')}`);
  if (report.verdict !== 'none') blocks.push(`Verdict: **${report.verdict}**`);
  return `${blocks.join('\n\n')}\n`;
};
