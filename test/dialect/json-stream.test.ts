import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonKeys } from '../../src/dialect/json/json-key.ts';
import { type JsonHandler, JsonStream } from '../../src/dialect/json/json-stream.ts';

const NAMES = ['a', 'bb', 'constructor', 'é'];

/** A number, `true`, `false` or `null`; a word that is none of these, as damaged input has them, stays a word. */
function plain(text: string): unknown {
  if (!/^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) return { word: text };
  return /^-?0\d/.test(text) ? { word: text } : JSON.parse(text);
}

/** Rebuilds every value from the stream's pieces; keys that are not known are numbered. */
function read(bytes: Uint8Array, chunk: number) {
  const values: unknown[] = [];
  const lines: string[] = [];
  const open: { key: number; value: unknown[] | [number, unknown][]; object: boolean }[] = [];
  const put = (key: number, value: unknown) => {
    const parent = open.at(-1);
    if (!parent) values.push(value);
    else if (parent.object) (parent.value as [number, unknown][]).push([key, value]);
    else (parent.value as unknown[]).push(value);
  };
  const handler: JsonHandler = {
    open: (object, key) => open.push({ key, value: [], object }),
    close: () => {
      const last = open.pop();
      if (last) put(last.key, last.object ? { members: last.value } : last.value);
    },
    value: (key, from, start, end, string) => {
      const text = Buffer.from(from.subarray(start, end)).toString();
      put(key, string ? text : plain(text));
    },
    abandon: () => {
      open.length = 0;
    },
    line: (line, kind) => lines.push(`${line} ${kind}`),
  };
  const stream = new JsonStream(new JsonKeys(NAMES), handler);
  for (let at = 0; at < bytes.length; at += chunk) stream.write(bytes.slice(at, at + chunk));
  return { cut: stream.finish(), values, lines };
}

/** The same form from a parsed value. */
function expected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expected);
  if (value === null || typeof value !== 'object') return value;
  return { members: Object.entries(value).map(([key, member]) => [NAMES.indexOf(key), expected(member)]) };
}

describe('a stream of JSON values', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom(...NAMES, 'x'), tie('value'), { maxKeys: 4 }),
  }));

  it('is what JSON.parse makes of each, in chunks of any size, in one line or many', () => {
    fc.assert(
      fc.property(
        fc.array(json.object, { maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (all, size, wide) => {
          const text = all.map((value) => `${JSON.stringify(value, null, wide ? 1 : 0)}\n`).join('');
          const { cut, values, lines } = read(new TextEncoder().encode(text), size);
          expect(values).toEqual(all.map((value) => expected(JSON.parse(JSON.stringify(value)))));
          expect(cut).toBe(false);
          expect(lines).toEqual(
            text
              .split('\n')
              .slice(0, -1)
              .map((_, i) => `${i + 1} sound`),
          );
        },
      ),
    );
  });

  it('decodes every escape', () => {
    const { values } = read(
      new TextEncoder().encode('["\\u00e9\\ud83d\\ude00\\n\\/\\"\\\\\\b\\f\\r\\t","\\ud83dx","\\udc00"]'),
      1,
    );
    expect(values).toEqual([['é😀\n/"\\\b\f\r\t', '\ufffdx', '\ufffd']]);
  });

  it('goes on after damage: a line later, or with the next member', () => {
    const bytes = new TextEncoder().encode('{"a":1}\n{"a":?}\nnone\n{\n"a":1,\n"bb":"x\n"a":2\n}\n');
    const { values, lines } = read(bytes, 3);
    expect(values).toEqual([
      { members: [[0, 1]] },
      {
        members: [
          [0, 1],
          [0, 2],
        ],
      },
    ]);
    expect(lines).toEqual([
      '1 sound',
      '2 damaged',
      '3 outside',
      '4 sound',
      '5 sound',
      '6 damaged',
      '7 sound',
      '8 sound',
    ]);
  });

  it('cuts what is too long or too deep, and reads on', () => {
    const long = `{"a":"${'x'.repeat(2 << 20)}"}\n`;
    const deep = `${'['.repeat(100)}\n`;
    const { values, lines } = read(new TextEncoder().encode(`${long}${deep}{"a":1}\n`), 1 << 16);
    expect(values).toEqual([{ members: [[0, 1]] }]);
    expect(lines).toEqual(['1 damaged', '2 damaged', '3 sound']);
  });

  it('takes any bytes without throwing, and tells of each line once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const { lines } = read(bytes, size);
        const text = Buffer.from(bytes).toString('latin1');
        expect(lines).toHaveLength(text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0));
      }),
    );
  });
});
