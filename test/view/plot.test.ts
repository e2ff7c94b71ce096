import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesSection } from '../../src/model/report.ts';
import { safeText } from '../../src/view/escape.ts';
import { plotLines } from '../../src/view/plot.ts';
import { terminalView } from '../../src/view/terminal.ts';
import { UNICODE_RULER } from '../../src/view/unicode-ruler.ts';
import { HOSTILE_NAMES, RAW, report, viewOptions } from './sample.ts';

function series(
  values: readonly (number | null)[],
  x?: readonly number[],
  title = 'descriptors by requests, /a',
): SeriesSection {
  return {
    kind: 'series',
    title,
    x: { title: 'requests', values: x ?? values.map((_, i) => i) },
    y: { title: 'descriptors', values },
  };
}

const drawn = (section: SeriesSection, options = {}) =>
  plotLines(section, viewOptions({ width: 20, ...options }), safeText);

const RISE = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

describe('a plot', () => {
  it('rises from the lowest value to the highest, in eighths of a line', () => {
    expect(drawn(series(RISE, undefined, 'rise'), { width: 18 })).toEqual([
      'rise',
      '  100         ▄█',
      '            ▃▇██',
      '          ▂▇████',
      '        ▂▆██████',
      '   10 ▁▅████████',
      '      0 9 requests',
    ]);
  });

  it('rises in halves where there is only ASCII', () => {
    expect(drawn(series(RISE, undefined, 'rise'), { width: 18, ascii: true })).toEqual([
      'rise',
      '  100         .#',
      '            .###',
      '          .#####',
      '        .#######',
      '   10 .#########',
      '      0 9 requests',
    ]);
  });

  it('is one line where nothing changes', () => {
    expect(drawn(series([7, 7, 7], [0, 50, 100], 'level'))).toEqual([
      'level',
      '  7 ▁▁▁▁▁▁▁▁▁▁▁▁▁',
      '    0 100 requests',
    ]);
    expect(drawn(series([7], [0], 'once'))).toEqual(['once', '  7 ▁▁▁▁▁▁▁▁▁▁▁▁▁', '    0  0 requests']);
  });

  it('shows the last value known at each place, what is missing left out', () => {
    expect(drawn(series([5, null, 9, 9], [0, 10, 20, 40], 'step'))).toEqual([
      'step',
      '  9       ███████',
      '          ███████',
      '          ███████',
      '          ███████',
      '  5 ▁▁▁▁▁▁███████',
      '    0 40 requests',
    ]);
  });

  it('falls too', () => {
    expect(drawn(series([0, 100, 0], [0, 10, 20], 'fall')).at(-2)).toBe('    0 ▁▁▁▁▁█████▁');
  });

  it('without a value says so', () => {
    expect(drawn(series([null, null], [0, 1], 'none'))).toEqual(['none', '  no values']);
    expect(drawn(series([], [], 'none'))).toEqual(['none', '  no values']);
  });

  it('has a heading that fits, its ends kept', () => {
    expect(drawn(series([1], [0]))[0]).toBe('descri… requests, /a');
    expect(drawn(series([1], [0]), { ascii: true })[0]).toBe('descr...requests, /a');
  });

  it('never is wider than the terminal, and keeps its highest and lowest value', () => {
    const values = fc.array(fc.option(fc.nat(1_000_000)), { maxLength: 200 });
    fc.assert(
      fc.property(
        values,
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 40, max: 200 }),
        (given, title, width) => {
          const lines = drawn(series(given, undefined, title), { width });
          for (const line of lines) expect(UNICODE_RULER.width(line)).toBeLessThanOrEqual(width);
          const known = given.filter((value) => value !== null);
          if (known.length === 0) return;
          const text = lines.slice(1, -1).join('\n');
          expect(text).toContain(` ${Math.max(...known)} `);
          expect(text).toContain(` ${Math.min(...known)} `);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(HOSTILE_NAMES)('lets the name %j do nothing', (name) => {
    for (const ascii of [true, false]) {
      const section = { ...series([1, 2], [0, 1], name), x: { title: name, values: [0, 1] } };
      const text = terminalView(report({ sections: [section] }), viewOptions({ width: 200, ascii }));
      expect(text.replaceAll('\n', '')).not.toMatch(RAW);
      expect(text.split('\n')).toHaveLength(8);
      if (ascii) expect(text).toMatch(/^[\n -~]*$/);
    }
  });
});
