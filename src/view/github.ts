import type { Check, Report } from '../model/report.ts';
import { checksOf, grave } from './checks.ts';
import { safeText } from './escape.ts';
import type { View } from './view.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * Workflow commands of GitHub Actions, which become annotations of the run: an error for each thing that failed or could not
 * be told, a warning for each that was skipped, a notice where all is well.
 */
export const githubView: View = (report) => {
  const title = `leaksof ${report.command}`;
  const checks = checksOf(report);
  const lines = checks.flatMap((check) => annotation(check, title));
  // Of a report that judged nothing, what it found.
  if (report.verdict === 'none') {
    lines.push(...grave(report.findings).map(({ message }) => command('warning', title, [message])));
  }
  return lines.length > 0 ? lines.join('') : command('notice', `${title}: ${wellText(report)}`, seenText(checks));
};

function annotation({ name, verdict, message, details }: Check, title: string): string[] {
  if (verdict === 'pass') return [];
  const level: Level = verdict === 'skipped' ? 'warning' : 'error';
  const word = verdict === 'fail' ? '' : ' cannot tell';
  return [command(level, `${title}${word}: ${name}`, [message, ...details])];
}

function wellText({ verdict }: Report): string {
  return verdict === 'none' ? 'nothing was judged' : verdict;
}

function seenText(checks: readonly Check[]): string[] {
  return checks.map(({ name, message }) => `${name}: ${message}`);
}

/** One workflow command: `::error title=...::...`; lines of the message are joined by %0A, as the runner wants them. */
function command(level: Level, title: string, lines: readonly string[]): string {
  return `::${level} title=${property(safeText(title))}::${lines.map((line) => data(safeText(line))).join('%0A')}\n`;
}

/** As toolkit's @actions/core escapes the text of a command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for one of its properties, which ends at a comma or a colon. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
