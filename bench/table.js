const megabytes = (bytes) => (bytes === null ? '?' : `${Math.round(bytes / 1e6)} MB`);
const seconds = (value) => (value < 0.2 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`);

/** A row whose verdict is a ratio of times: `limit` times the reference at most. */
export function ratioRow(work, own, referenceName, reference, limit) {
  const ratio = own.seconds / reference.seconds;
  return {
    work,
    leaksof: seconds(own.seconds),
    reference: `${referenceName}: ${seconds(reference.seconds)}`,
    measured: `${ratio.toFixed(ratio < 0.1 ? 3 : 2)} x`,
    target: `<= ${limit} x`,
    met: ratio <= limit,
    peak: megabytes(own.bytes),
  };
}

/** A row whose verdict is how many times faster leaksof is. */
export function fasterRow(work, own, referenceName, reference, limit) {
  const ratio = reference.seconds / own.seconds;
  return {
    work,
    leaksof: seconds(own.seconds),
    reference: `${referenceName}: ${seconds(reference.seconds)}`,
    measured: `${ratio.toFixed(1)} x faster`,
    target: `>= ${limit} x`,
    met: ratio >= limit,
    peak: megabytes(own.bytes),
  };
}

/** A row whose verdict is peak memory. */
export function memoryRow(work, own, limit) {
  return {
    work,
    leaksof: seconds(own.seconds),
    reference: 'peak memory',
    measured: megabytes(own.bytes),
    target: `<= ${megabytes(limit)}`,
    met: own.bytes === null ? null : own.bytes <= limit,
    peak: megabytes(own.bytes),
  };
}

/** A row whose verdict is a share of one core; a `limit` of null is there to be read, not to be met. */
export function shareRow(work, share, reference, limit) {
  const percent = (value) => `${(value * 100).toFixed(2)} %`;
  return {
    work,
    leaksof: percent(share),
    reference,
    measured: percent(share),
    target: limit === null ? '-' : `<= ${percent(limit)}`,
    met: limit === null ? null : share <= limit,
    peak: '-',
  };
}

/** A row that could not be measured, with the reason. */
export function missingRow(work, reason) {
  return { work, leaksof: '-', reference: reason, measured: '-', target: '-', met: null, peak: '-' };
}

const COLUMNS = [
  ['work', 'work'],
  ['leaksof', 'leaksof'],
  ['reference', 'reference'],
  ['measured', 'measured'],
  ['target', 'target'],
  ['verdict', 'verdict'],
  ['peak', 'peak'],
];

/** The rows as a Markdown table that is aligned for reading as it is. */
export function tableText(rows) {
  const cells = rows.map((row) => ({ ...row, verdict: row.met === null ? '-' : row.met ? 'met' : 'MISSED' }));
  const widths = COLUMNS.map(([key, title]) => Math.max(title.length, ...cells.map((row) => row[key].length)));
  const line = (texts) => `| ${texts.map((text, index) => text.padEnd(widths[index])).join(' | ')} |`;
  return [
    line(COLUMNS.map(([, title]) => title)),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.map((row) => line(COLUMNS.map(([key]) => row[key]))),
  ].join('\n');
}
