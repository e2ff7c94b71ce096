import type { Check, Report } from '../model/report.ts';
import type { ViewOptions } from './view.ts';
import { wrap } from './width.ts';

/** Words of equal use on a terminal without colour. */
const WORDS = { pass: 'pass', fail: 'FAIL', inconclusive: 'cannot tell', skipped: 'skipped' } as const;
/** Lines about one check beside its sentence: the last words of a service are the ones that matter. */
const DETAILS = 8;

/** What was judged one by one, for people: each with its sentence, and with the details of what could not be told. */
export function checkLines({ checks = [] }: Report, options: ViewOptions, tell: (text: string) => string): string[] {
  const width = Math.max(0, ...checks.map(({ verdict }) => WORDS[verdict].length));
  return checks.flatMap((check) => {
    const indent = ' '.repeat(width + 2);
    const word = paint(check, options)(WORDS[check.verdict].padEnd(width));
    const text = wrap(tell(`${check.name}: ${check.message}`), options.width - indent.length, options.ruler);
    const details = check.verdict === 'inconclusive' ? check.details.slice(-DETAILS) : [];
    const lines = [...text, ...details.map((line) => `  ${tell(line)}`)];
    return lines.map((line, index) => (index === 0 ? `${word}  ${line}` : `${indent}${line}`));
  });
}

function paint({ verdict }: Check, { style }: ViewOptions): (text: string) => string {
  if (verdict === 'pass') return style.good;
  return verdict === 'fail' ? style.critical : style.warning;
}
