import { describe, expect, it } from 'vitest';
import type { Invocation, Surroundings } from '../../src/command/definition.ts';
import { chooseSource, openSource } from '../../src/command/input/source-choice.ts';
import { parseWords } from '../../src/command/line/parse.ts';
import { rankCommand } from '../../src/command/rank/rank.ts';
import { UsageError } from '../../src/model/error.ts';

function surroundings(platform: NodeJS.Platform): Surroundings {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout, stderr, env: {}, platform, call: [], interruption: () => new AbortController().signal };
}

function invocation(...argv: readonly string[]): Invocation {
  return { command: rankCommand, ...parseWords(rankCommand, argv), around: surroundings('linux') };
}

describe('the source', () => {
  it('is what the words say', () => {
    expect(chooseSource(invocation('dump.txt'), 'dump.txt')).toEqual({
      kind: 'input',
      path: 'dump.txt',
      dialect: null,
    });
    expect(chooseSource(invocation('-', '--dialect', 'ls'), '-')).toEqual({ kind: 'input', path: '-', dialect: 'ls' });
    expect(chooseSource(invocation('--live'), undefined)).toEqual({ kind: 'live', root: null });
    expect(chooseSource(invocation('--proc', '/host/proc'), undefined)).toEqual({ kind: 'live', root: '/host/proc' });
  });

  it.each([
    [['--live', 'dump.txt'], 'dump.txt'],
    [['--proc', '/p', 'dump.txt'], 'dump.txt'],
    [['--live', '--dialect', 'ls'], undefined],
  ])('is not both with %j', (argv, word) => {
    expect(() => chooseSource(invocation(...argv), word)).toThrow(UsageError);
  });

  it('is never the live machine on Windows, and that is said', async () => {
    const opened = openSource(
      { kind: 'live', root: null },
      surroundings('win32'),
      { names: 'some', detail: 'name' },
      true,
    );
    await expect(opened).rejects.toThrow(/Windows has no list of open files/);
    await expect(opened).rejects.toMatchObject({ exitCode: 2, hint: 'leaksof dump.txt' });
  });

  it('is lsof where there is no /proc, unless a captured one is given', async () => {
    const wish = { names: 'some', detail: 'name' } as const;
    for (const choice of [
      { kind: 'live', root: null },
      { kind: 'live', root: '/captured/proc' },
    ] as const) {
      expect((await openSource(choice, surroundings('darwin'), wish, true)).read).toBeTypeOf('function');
    }
  });
});
