import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, markdownCode, markdownText, safeJson, safeText } from '../../src/view/escape.ts';
import { VIEWS } from '../../src/view/registry.ts';
import { HOSTILE_NAMES, hostileReport, RAW, viewOptions } from './sample.ts';

const formats = Object.keys(VIEWS) as (keyof typeof VIEWS)[];

describe.each(formats)('%s', (format) => {
  it.each(HOSTILE_NAMES)('shows %j without letting it act', async (name) => {
    const view = await VIEWS[format]();
    const text = view(hostileReport(name), viewOptions());
    expect(text.replaceAll('\r\n', '\n')).not.toMatch(
      format === 'tsv' ? new RegExp(RAW.source.replace('\\u0009', '\\u0008'), 'u') : RAW,
    );
    expect(text).not.toContain('\u001b');
  });

  it('holds for any text', async () => {
    const view = await VIEWS[format]();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = view(hostileReport(name), viewOptions({ ascii: name.length % 2 === 0 }));
        const lines = text
          .replaceAll('\r\n', '\n')
          .replaceAll('\n', '')
          .replaceAll(format === 'tsv' ? '\t' : '', '');
        expect(lines).not.toMatch(RAW);
      }),
      { numRuns: 200 },
    );
  });
});

describe('terminal', () => {
  it('prints only ASCII where the locale is not UTF-8', async () => {
    const view = await VIEWS.terminal();
    for (const name of HOSTILE_NAMES)
      expect(view(hostileReport(name), viewOptions({ ascii: true }))).toMatch(/^[\n -~]*$/);
  });
});

describe('markdown', () => {
  it.each(HOSTILE_NAMES)('keeps %j inside its cell', async (name) => {
    const view = await VIEWS.markdown();
    const text = view(hostileReport(name), viewOptions());
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    // Three columns of checks have four bars, nine columns have ten, whatever is in them.
    expect(rows.map((row) => row.split('|').length - 1)).toEqual([4, 4, 4, 4, 4, 4, 10, 10, 10]);
    expect(text).not.toMatch(/<(script|img)/);
    for (const row of rows) expect((row.match(/`/g) ?? []).length % 2).toBe(0);
  });

  it('makes names code and text plain', () => {
    expect(markdownCode('/srv/app/cat.jpg')).toBe('`/srv/app/cat.jpg`');
    expect(markdownCode('a`b|c<d')).toBe('`a\\x60b\\x7cc\\x3cd`');
    expect(markdownText('<b>|`_*@#')).toBe('&lt;b&gt;&#124;&#96;\\_\\*&#64;\\#');
  });
});

describe('csv', () => {
  it.each(['=cmd()', '+1', '-1', '@x', ' =x', '\t=x', '\uff1dx'])('makes %j text', (name) => {
    expect(cellText(name).startsWith("'") || cellText(name).startsWith('\\')).toBe(true);
  });

  it('leaves paths and ordinary text alone', () => {
    expect(cellText('/srv/app/cat.jpg')).toBe('/srv/app/cat.jpg');
    expect(cellText('10.0.0.1:80->10.0.0.2:443')).toBe('10.0.0.1:80->10.0.0.2:443');
  });
});

describe('escapes', () => {
  it('shows what it takes out', () => {
    expect(safeText('a\u001b[1mb\nc')).toBe('a\\x1b[1mb\\x0ac');
    expect(safeText('\u202e\ud800')).toBe('\\u{202e}\\u{d800}');
    expect(safeText('日本語 ünï')).toBe('日本語 ünï');
  });

  it('changes how JSON is written, not what it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = safeJson(JSON.stringify({ text }));
        expect(json).not.toMatch(RAW);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
