import type { Check, Report } from '../model/report.ts';
import { checksOf } from './checks.ts';
import { coverageClauses } from './coverage-text.ts';
import type { View } from './view.ts';
import { xmlText } from './xml.ts';

/**
 * JUnit XML as CI servers read it: a suite for the report, a case for each thing that was judged. In the order and with the
 * attributes that both widely used schemas of it ask for (Jenkins' junit-10.xsd, windyroad's junit.xsd).
 */
export const junitView: View = (report) => {
  const checks = checksOf(report);
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  const time = checks.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const totals = [
    ['name', `leaksof ${report.command}`],
    ['tests', String(checks.length)],
    ['failures', String(count('fail'))],
    ['errors', String(count('inconclusive'))],
    ['skipped', String(count('skipped'))],
    ['time', secondsOf(time)],
  ] as const;
  const suite = [
    ['package', 'leaksof'],
    ['id', '0'],
    ['timestamp', (report.source.time ?? '1970-01-01T00:00:00').slice(0, 19)],
    ['hostname', report.source.name || 'localhost'],
  ] as const;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${attributes([...totals, ...suite])}>`,
    '    <properties>',
    ...propertiesOf(report).map((pair) => `      <property ${attributes(pair)}/>`),
    '    </properties>',
    ...checks.map((check) => caseText(check, report)),
    `    <system-out>${checks.map(({ name, message }) => xmlText(`${name}: ${message}`)).join('\n')}</system-out>`,
    `    <system-err>${coverageClauses(report.coverage)
      .map((clause) => xmlText(`not seen: ${clause}`))
      .join('\n')}</system-err>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

/** What holds for all cases. */
function propertiesOf({ verdict, source, coverage }: Report): (readonly (readonly [string, string])[])[] {
  const pairs = [
    ['leaksof.verdict', verdict],
    ['leaksof.source', source.name],
    ['leaksof.complete', String(coverage.complete)],
  ] as const;
  return pairs.map(([name, value]) => [
    ['name', name],
    ['value', value],
  ]);
}

function caseText(check: Check, { command }: Report): string {
  const { name, kind, seconds } = check;
  const words = attributes([
    ['name', name],
    ['classname', `leaksof.${command}.${kind}`],
    ['time', secondsOf(seconds ?? 0)],
  ]);
  const outcome = outcomeText(check);
  return outcome === null ? `    <testcase ${words}/>` : `    <testcase ${words}>\n      ${outcome}\n    </testcase>`;
}

function outcomeText({ verdict, kind, message, details }: Check): string | null {
  if (verdict === 'pass') return null;
  const said = attributes([['message', message]]);
  if (verdict === 'skipped') return `<skipped ${said}/>`;
  const [element, type] =
    verdict === 'fail' ? ['failure', kind === 'budget' ? 'budget' : 'leak'] : ['error', 'inconclusive'];
  return `<${element} ${said} type="${type}">${[message, ...details].map(xmlText).join('\n')}</${element}>`;
}

function attributes(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}="${xmlText(value)}"`).join(' ');
}

/** Schemas ask for a plain decimal. */
function secondsOf(seconds: number): string {
  return (Number.isFinite(seconds) ? Math.max(0, seconds) : 0).toFixed(3);
}
