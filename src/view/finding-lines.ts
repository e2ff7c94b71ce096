import type { Finding, Report } from '../model/report.ts';
import type { ViewOptions } from './view.ts';
import { wrap } from './width.ts';

/** Severity has a word, a sign and a colour, so that none is needed. */
const SIGNS = { critical: '!!', warning: '! ', info: 'i ' } as const;

/** Findings printed, those that are alike as one; JSON has them all. */
const MAX_FINDINGS = 8;
/** Pids named of those that are like the one before. */
const MAX_ALIKE = 12;
/** Lines of one message: a name can be a thousand characters long. */
const MAX_LINES = 9;
const LAST_LINES = 2;
/** A word with a digit in it: a pid, a count, a share, `app-3`. */
const FIGURE = /[\w.:-]*\d[\w.:-]*/g;

type Tell = (text: string) => string;

/** Findings that say the same but for their figures: the workers of one server, each with its own pid. */
interface Alike {
  readonly first: Finding;
  readonly others: Finding[];
}

/** The findings of a report for people: gravest first, workers of one kind told once. */
export function findingsLines({ findings }: Report, options: ViewOptions, tell: Tell): string[] {
  const groups = alike(findings);
  const lines = groups.slice(0, MAX_FINDINGS).flatMap((group) => groupLines(group, options, tell));
  const more = groups.slice(MAX_FINDINGS).reduce((sum, { others }) => sum + 1 + others.length, 0);
  if (more > 0)
    lines.push(options.style.faint(`... ${more} more ${more === 1 ? 'finding' : 'findings'} (--json has all)`));
  return lines;
}

function alike(findings: readonly Finding[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const finding of findings) {
    const { rule, severity, pid, message } = finding;
    const key = pid === null ? `${rule} ${message}` : `${rule} ${severity} ${message.replace(FIGURE, '#')}`;
    const group = groups.get(key);
    if (group) group.others.push(finding);
    else groups.set(key, { first: finding, others: [] });
  }
  return [...groups.values()];
}

function groupLines({ first, others }: Alike, options: ViewOptions, tell: Tell): string[] {
  const { style, width } = options;
  const { severity } = first;
  const paint = severity === 'critical' ? style.critical : severity === 'warning' ? style.warning : style.faint;
  const label = `${SIGNS[severity]} ${severity.padEnd(8)} `;
  const indent = ' '.repeat(label.length);
  const [said = '', ...rest] = screenful(wrap(tell(first.message), width - label.length, options.ruler));
  const next = first.next.slice(0, 2).map((line) => style.command(tell(line)));
  const like = others.length === 0 ? [] : wrap(likeText(others), width - label.length, options.ruler).map(style.faint);
  return [paint(label) + said, ...[...rest, ...like, ...next].map((line) => indent + line)];
}

/** The beginning and the end, where the words are; the middle of a name that long says nothing. */
function screenful(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - LAST_LINES - 1), '...', ...lines.slice(-LAST_LINES)];
}

function likeText(others: readonly Finding[]): string {
  const pids = [...new Set(others.flatMap(({ pid }) => (pid === null ? [] : [pid])))];
  const dots = pids.length > MAX_ALIKE ? ', ...' : '';
  return `(${others.length} more like it: ${pids.slice(0, MAX_ALIKE).join(', ')}${dots})`;
}
