import type { Check, Finding, Report, Section, TableSection } from '../model/report.ts';
import { barText, cellAsText, isRightAligned, MAX_PRINTED_ROWS } from './cell.ts';
import { coverageClauses } from './coverage-text.ts';
import { markdownCode, markdownText } from './escape.ts';
import type { View } from './view.ts';

/** GitHub refuses the body of an issue or a comment above so many characters. */
export const MARKDOWN_LIMIT = 65_536;

function tableText(table: TableSection, limit: number): string {
  const { columns } = table;
  const titles = columns.map((column) => markdownText(column.title) || ' ');
  const rule = columns.map((column) => (isRightAligned(column) ? '---:' : '---'));
  const rows = table.rows.slice(0, limit).map((row) =>
    columns.map((column, i) => {
      const value = row[i] ?? null;
      if (column.kind === 'bar') return typeof value === 'number' ? `\`${barText(value, 10)}\`` : '';
      const text = cellAsText(value, column.kind);
      return column.kind === 'name' ? markdownCode(text) : markdownText(text);
    }),
  );
  const lines = [titles, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const more = table.more + Math.max(0, table.rows.length - limit);
  if (more > 0) lines.push('', `${more} more`);
  return lines.join('\n');
}

function sectionText(section: Section, limit: number): string {
  if (section.kind === 'note')
    return section.tone === 'command' ? markdownCode(section.text) : markdownText(section.text);
  if (section.kind === 'table') {
    const text = tableText(section, limit);
    if (section.title === null) return text;
    const title = markdownText(section.title);
    if (section.folded !== true) return `### ${title}\n\n${text}`;
    // Without the blank lines GitHub takes the table for HTML.
    return `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`;
  }
  const values = section.y.values.map((value) => value ?? '').join(' ');
  return `${markdownText(section.title)} (${markdownText(section.y.title)}): ${values}`;
}

/** What was judged one by one, and the details of what did not pass. */
function checksText(checks: readonly Check[], limit: number): string[] {
  if (checks.length === 0) return [];
  const rows = checks
    .slice(0, limit)
    .map(({ name, verdict, message }) => `| ${WORDS[verdict]} | ${markdownCode(name)} | ${markdownText(message)} |`);
  const more = checks.length > limit ? [`\n${checks.length - limit} more`] : [];
  const details = checks
    .slice(0, limit)
    .filter((check) => check.details.length > 0)
    .map(({ name, details }) => [
      `- ${markdownCode(name)}`,
      ...details.slice(0, limit).map((line) => `  - ${markdownText(line)}`),
    ]);
  return [
    ['| verdict | of | because |', '| --- | --- | --- |', ...rows, ...more].join('\n'),
    details.flat().join('\n'),
  ];
}

const WORDS = { pass: 'pass', fail: '**fail**', inconclusive: '**cannot tell**', skipped: 'skipped' } as const;

function findingText(finding: Finding): string {
  const next = finding.next.slice(0, 2).map((line) => `\n  - ${markdownCode(line)}`);
  return `- **${finding.severity}** ${markdownText(finding.message)}${next.join('')}`;
}

/** For issues and chats: nothing in a name can become markup, a mention or another cell. Tables are cut to GitHub's limit. */
export const markdownView: View = (report) => {
  for (let limit = MAX_PRINTED_ROWS; ; limit = Math.floor(limit / 2)) {
    const text = documentText(report, limit);
    if (text.length <= MARKDOWN_LIMIT || limit <= 1) return text;
  }
};

/** @param limit rows of a table and findings at most */
function documentText(report: Report, limit: number): string {
  const { source, coverage, findings } = report;
  const from = `${markdownText(source.name)} (${markdownText(source.dialect)}${source.time ? `, ${source.time}` : ''})`;
  // Whoever reads only the heading has the answer.
  const heading = report.verdict === 'none' ? [from] : [report.verdict, from];
  const blocks = [
    `## leaksof ${report.command}: ${heading.join(' · ')}`,
    ...checksText(report.checks ?? [], limit),
    ...report.sections.map((section) => sectionText(section, limit)),
  ];
  if (findings.length > 0 && report.findingsTold !== true) {
    const left = findings.length - limit;
    const shown = findings.slice(0, limit).map(findingText);
    blocks.push(['### Findings\n', ...shown, ...(left > 0 ? [`- ${left} more`] : [])].join('\n'));
  }
  const unseen = coverageClauses(coverage);
  if (unseen.length > 0) blocks.push(`Not seen: ${unseen.map(markdownText).join('; ')}`);
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
