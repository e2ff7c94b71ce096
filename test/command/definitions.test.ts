import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS, type CommandDefinition, OPTION_GROUPS } from '../../src/command/definition.ts';
import { completionAnswer } from '../../src/command/help/completion.ts';
import { commandHelp, flags, programHelp, REMOTE_CAPTURE } from '../../src/command/help/help.ts';
import { manualPage } from '../../src/command/help/manual.ts';
import { parseWords } from '../../src/command/line/parse.ts';
import { plainWords } from '../../src/command/line/plain-words.ts';
import { COMMANDS } from '../../src/command/registry.ts';
import { VIEWS } from '../../src/view/registry.ts';
import { leaksof, PROGRAM, shell } from '../support/run.ts';

const options = COMMANDS.flatMap((command) => command.options.map((option) => ({ command, option })));
const roffed = (text: string): string => text.replaceAll('-', '\\-');

/** A value of each kind, least above any lower bound, and what it means. */
const SAMPLES = {
  text: ['x', 'x'],
  integer: ['70', '70'],
  share: ['50%', '0.5'],
  number: ['.5', '0.5'],
  duration: ['1m30s', '90'],
  bytes: ['10GB', '10000000000'],
  rate: ['10/1m30s', '10/90s'],
} as const;

describe('every command', () => {
  it('has its own name, a known group and a summary that fits', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const { name, group, summary, description } of COMMANDS) {
      expect(name).toMatch(/^[a-z]+$/);
      expect(COMMAND_GROUPS).toContain(group);
      expect(summary.length).toBeLessThanOrEqual(60);
      expect(summary).not.toMatch(/\.$/);
      expect(description).toMatch(/\.$/);
    }
  });

  it('is in the help, the manual and the completions', async () => {
    const manual = manualPage('0');
    const answer = await completionAnswer(['']);
    for (const { name, summary } of COMMANDS) {
      expect(programHelp().replace(/\s+/g, ' ')).toContain(summary);
      expect(manual).toContain(`.SS leaksof ${name}`);
      expect(answer).toContain(`${name}\t${summary}\n`);
    }
  });

  it('loads', async () => {
    for (const command of COMMANDS) expect(await command.load()).toBeTypeOf('function');
  });

  it('prints formats that are there', () => {
    for (const { name, formats } of COMMANDS) {
      for (const format of formats) if (name !== 'export') expect(Object.keys(VIEWS)).toContain(format);
    }
  });

  it('has examples that its own parser takes', () => {
    for (const { examples } of COMMANDS) {
      expect(examples.length).toBeGreaterThan(0);
      for (const { line } of examples) {
        const [, words = ''] = /leaksof ?(.*?)(?: >.*)?$/.exec(line) ?? [];
        const argv = words.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replace(/^['"]|['"]$/g, '')) ?? [];
        const command = COMMANDS.find(({ name }) => name === argv[0]) ?? COMMANDS[0];
        if (!command) throw new Error('no command');
        const rest = argv[0] === command.name ? argv.slice(1) : argv;
        expect(() => parseWords(command, rest), line).not.toThrow();
      }
    }
  });
});

describe('every option', () => {
  it('has a name that no other option of the command has', () => {
    for (const command of COMMANDS) {
      const names = command.options.map(({ name }) => name);
      const shorts = command.options.flatMap(({ short }) => (short === undefined ? [] : [short]));
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(shorts).size).toBe(shorts.length);
    }
  });

  it('means the same wherever it appears with the same letter', () => {
    const byShort = new Map<string, string>();
    for (const { option } of options) {
      if (option.short === undefined) continue;
      expect(byShort.get(option.short) ?? option.name).toBe(option.name);
      byShort.set(option.short, option.name);
    }
  });

  it('is described without a full stop and takes its value in capitals', () => {
    for (const { option } of options) {
      expect(option.name).toMatch(/^[a-z]+(-[a-z]+)*0?$/);
      expect(OPTION_GROUPS).toContain(option.group);
      expect(option.doc).not.toMatch(/\.$/);
      expect(option.doc).not.toBe('');
      if (option.value !== undefined) expect(option.value).toMatch(/^:?[A-Z]/);
      if (option.detail !== undefined) expect(option.detail).toMatch(/\.$/);
    }
  });

  it('is in the help of its command, in the manual and in the completions', async () => {
    const manual = manualPage('0');
    for (const command of COMMANDS) {
      const help = commandHelp(command);
      const answer = await completionAnswer([command.name, '--']);
      for (const option of command.options) {
        expect(help).toContain(flags(option));
        expect(manual).toContain(roffed(flags(option)));
        expect(answer).toContain(`--${option.name}\t`);
      }
    }
  });

  it('parses: as a flag, with its value, with its choices', () => {
    for (const { command, option } of options) {
      const needed = command.arguments.filter(({ required }) => required).map(() => '1');
      if (option.value === undefined) {
        expect(parseWords(command, [...needed, `--${option.name}`]).options.flag(option.name)).toBe(true);
        expect(parseWords(command, needed).options.flag(option.name)).toBe(false);
        continue;
      }
      const [sample, meant] = SAMPLES[option.kind ?? 'text'];
      const value = option.choices?.[0] ?? sample;
      for (const words of [[`--${option.name}`, value], [`--${option.name}=${value}`]]) {
        const parsed = parseWords(command, [...needed, ...words]).options;
        expect(parsed.texts(option.name)).toEqual([option.choices?.[0] ?? meant]);
      }
      const twice = parseWords(command, [...needed, `--${option.name}=${value}`, `--${option.name}=${value}`]).options;
      expect(twice.texts(option.name)).toHaveLength(2);
    }
  });
});

describe('words without options', () => {
  it('mean what the parser makes of them', () => {
    for (const command of COMMANDS) {
      for (const argv of [[], ['-'], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['--json'], ['-q'], ['--']]) {
        const plain = plainWords(command, argv);
        if (plain === null) continue;
        const parsed = parseWords(command, argv);
        expect(plain.words).toEqual(parsed.words);
        for (const { name } of command.options) {
          expect([plain.options.flag(name), plain.options.text(name)]).toEqual([
            parsed.options.flag(name),
            parsed.options.text(name),
          ]);
        }
      }
    }
  });
});

describe('rates', () => {
  const definition: CommandDefinition = {
    name: 'test',
    group: 'Look',
    summary: 'takes a rate',
    description: 'Takes a rate.',
    arguments: [],
    options: [{ name: 'most', value: 'N/TIME', kind: 'rate', repeatable: true, group: 'Answer', doc: 'how many' }],
    formats: [],
    examples: [],
    load: () => Promise.reject(new Error('no work')),
  };
  const read = (...words: string[]) =>
    parseWords(
      definition,
      words.flatMap((word) => ['--most', word]),
    ).options;

  it('are a whole number in a time, of which the unit alone means one', () => {
    expect(read('10/90s', '5/min', '0/h', '7/1h30m', '2/500ms', '3/20').rates('most')).toEqual([
      { count: 10, seconds: 90 },
      { count: 5, seconds: 60 },
      { count: 0, seconds: 3600 },
      { count: 7, seconds: 5400 },
      { count: 2, seconds: 0.5 },
      { count: 3, seconds: 20 },
    ]);
    expect(read().rates('most')).toEqual([]);
  });

  it('read again as they are printed', () => {
    const texts = ['10/90s', '5/min', '0/h', '7/2d', '2/0.5s', '3/90min'];
    expect(read(...texts).texts('most')).toEqual(texts);
    expect(read(...read(...texts).texts('most')).rates('most')).toEqual(read(...texts).rates('most'));
  });

  it.each(['10', '10/', '/90s', '10/0s', '10/0', '1.5/min', '-1/min', '10/90x', '10 / 90s', '10/90s/'])(
    'are not %s',
    (text) => {
      expect(() => read(text)).toThrow(/--most .*wants a/);
    },
  );
});

describe('pids', () => {
  it('may be a list, an option given twice, or both', () => {
    const [rank] = COMMANDS;
    if (!rank) throw new Error('no command');
    const { options } = parseWords(rank, ['--pid', '1,2', '--pid=3']);
    expect(options.numbers('pid')).toEqual([1, 2, 3]);
    expect(() => parseWords(rank, ['--pid', '1,x'])).toThrow('--pid x: wants a whole number');
  });
});

describe('help', () => {
  it('fits 80 columns, but for the line that is there to be copied', () => {
    for (const text of [programHelp(), ...COMMANDS.map(commandHelp)]) {
      for (const line of text.split('\n')) {
        if (!line.includes(REMOTE_CAPTURE)) expect(line.length, line).toBeLessThanOrEqual(80);
      }
    }
  });

  it('prints no heading without commands', () => {
    for (const group of COMMAND_GROUPS) {
      const some = COMMANDS.some((command) => command.group === group);
      expect(programHelp().includes(`\n${group}:\n`)).toBe(some);
    }
  });
});

describe('completion scripts', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('for %s ask the program', async (name) => {
    const { stdout, status } = await leaksof(['--completions', name]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/leaksof.*complete.*--/);
  });

  it('are refused for other shells', async () => {
    const { status, stderr } = await leaksof(['--completions', 'csh']);
    expect([status, stderr.includes('bash, zsh, fish, powershell')]).toEqual([2, true]);
  });

  it.each([
    [['leaksof', 'ran'], 'rank'],
    [['leaksof', 'rank', '--by', 'cont'], 'container'],
    [['leaksof', 'rank', '--max'], '--max-utilisation'],
    [['leaksof', 'rank', '-o', ''], ''],
  ])('complete %j in bash', async (words, offered) => {
    const script = new URL('complete.bash', import.meta.url).pathname;
    const { stdout, stderr } = await shell(
      `bash '${script}' '${process.execPath}' '${PROGRAM}' ${words.map((w) => `'${w}'`).join(' ')}`,
    );
    expect(stdout).toBe(`${offered}\ncomplete -o default -F __leaksof_complete leaksof\n`);
    expect(stderr).toBe('');
  });
});

describe('completions', () => {
  it.each([
    [['ra'], 'rank\t', ':0'],
    [['rank', '--by', 'c'], 'command\t', ':4'],
    [['rank', '--format=j'], '--format=json\t', ':4'],
    [['rank', '--dialect', 'lsof-f'], 'lsof-field\t', ':4'],
    [['export', '--fields', 'lin'], 'line\t', ':4'],
    [['rank', '-o', ''], '', ':0'],
    [['rank', ''], '', ':0'],
    [['show', '1', ''], '', ':0'],
    [['show', '1', 'file', ''], '', ':4'],
  ])('of %j', async (words, first, end) => {
    const answer = await completionAnswer(words);
    expect(answer.startsWith(first)).toBe(true);
    expect(answer.trimEnd().split('\n').at(-1)).toBe(end);
  });

  it.runIf(process.platform === 'linux')('know the processes of this machine', async () => {
    expect(await completionAnswer(['show', String(process.pid)])).toMatch(
      new RegExp(`^${process.pid}\t\\S+ \\(.*descriptors\\)`),
    );
  });
});
