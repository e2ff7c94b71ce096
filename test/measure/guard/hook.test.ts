import { describe, expect, it } from 'vitest';
import { runHook } from '../../../src/measure/guard/hook.ts';
import { HookQueue } from '../../../src/measure/guard/hook-queue.ts';
import { checkProgram } from '../../../src/measure/guard/program.ts';
import { isRunning, useScripts } from '../../support/script.ts';

const { place, script, read } = useScripts();
const env = process.env;

/** Seconds that are never used up in a test that goes well. */
const LONG = 60;

const hook = (command: readonly string[], timeout = LONG, input = '{"kind":"alert"}\n') =>
  runHook({ command, timeout, env }, input);

describe.skipIf(process.platform !== 'linux')('a hook', () => {
  it('finds the document on its stdin and its words as they are', async () => {
    const program = script('cat > "$HERE/in"; printf "%s\\n" "$@" > "$HERE/words"; echo out; echo err >&2');
    const end = await hook([program, '--team', 'a b; $HOME "x"', '']).end;
    expect(end).toEqual({ failure: null, lines: expect.arrayContaining(['out', 'err']), unread: 0 });
    expect(read('in')).toBe('{"kind":"alert"}\n');
    expect(read('words')).toBe('--team\na b; $HOME "x"\n\n');
  });

  it.each([
    ['exit 1', 'ended with exit code 1'],
    ['kill -9 $$', 'was ended by SIGKILL'],
    ['exec <&-; exit 0', null],
  ])('that does %j: %s', async (body, failure) => {
    const large = `"${'x'.repeat(1 << 20)}"`;
    expect(await hook([script(body)], LONG, large).end).toMatchObject({ failure });
  });

  it('that is not there is a failure, not an error', async () => {
    expect((await hook([place('nowhere')]).end).failure).toMatch(/there is no such program/);
    expect((await hook([script('exit 0', 0o644)]).end).failure).toMatch(/may not be executed/);
  });

  it.each([
    ['hangs', 'echo $$ > "$HERE/pid"; exec sleep 600', 'was ended after 0.5 s'],
    ['ignores SIGTERM', 'trap "" TERM; echo $$ > "$HERE/pid"; while :; do sleep 0.1; done', 'by SIGKILL'],
    ['stops itself', 'echo $$ > "$HERE/pid"; kill -STOP $$; sleep 600', 'was ended after 0.5 s'],
  ])('that %s is ended', async (_, body, failure) => {
    const end = await hook([script(body)], 0.5).end;
    expect(end.failure).toContain(failure);
    expect(isRunning(Number(read('pid')))).toBe(false);
  });

  it.each([
    ['beside it', 'sleep 600 & echo $! > "$HERE/pid"; exit 0'],
    ['with its output', '(sleep 600) & echo $! > "$HERE/pid"; echo done'],
    [
      'in a session of its own',
      'setsid sh -c \'echo $$ > "$0/pid"; exec sleep 600\' "$HERE" & while ! test -s "$HERE/pid"; do sleep 0.05; done',
    ],
    [
      'that ignores SIGTERM',
      'sh -c \'trap "" TERM; echo $$ > "$0/pid"; while :; do sleep 0.1; done\' "$HERE" & while ! test -s "$HERE/pid"; do sleep 0.05; done',
    ],
  ])('leaves nobody %s', async (_, body) => {
    const end = await hook([script(body)]).end;
    expect(end.failure).toMatch(/left \d+ process(?:es)? running/);
    expect(isRunning(Number(read('pid')))).toBe(false);
  });

  it('that floods us is killed, and what it printed is cut', async () => {
    const end = await hook([script('echo $$ > "$HERE/pid"; exec yes "many words"')]).end;
    expect(end.failure).toMatch(/printed more than 1024 KiB/);
    expect(end.lines.join('\n').length).toBeLessThanOrEqual(4096);
    expect(end.unread).toBeGreaterThan(1 << 20);
    expect(isRunning(Number(read('pid')))).toBe(false);
  });

  it('that prints a lot is heard out', async () => {
    const end = await hook([script('head -c 200000 /dev/zero | tr "\\0" "x"; echo; exit 0')]).end;
    expect(end).toMatchObject({ failure: null, unread: 200_001 - 4096 });
  });
});

describe.skipIf(process.platform !== 'linux')('hooks of a watch', () => {
  const queue = (body: string, timeout = LONG) => {
    const ends: (string | null)[] = [];
    const dropped: number[] = [];
    const hooks = new HookQueue(
      { command: [script(body)], timeout, env },
      { ended: ({ failure }) => ends.push(failure), dropped: (waiting) => dropped.push(waiting) },
    );
    return { hooks, ends, dropped };
  };

  it('of one budget run one after the other, in order', async () => {
    const { hooks, ends } = queue(
      'test -e "$HERE/busy" && echo overlap >> "$HERE/all"; : > "$HERE/busy"; cat >> "$HERE/all"; sleep 0.05; rm "$HERE/busy"',
    );
    for (let number = 0; number < 5; number++) hooks.offer('a', `${number}\n`);
    await hooks.end();
    expect(read('all')).toBe('0\n1\n2\n3\n4\n');
    expect(ends).toEqual([null, null, null, null, null]);
  });

  it('of two budgets do not wait for each other', async () => {
    const { hooks, ends } = queue(
      'case "$(cat)" in slow) while ! test -e "$HERE/go"; do sleep 0.05; done;; *) : > "$HERE/go";; esac',
    );
    hooks.offer('a', 'slow');
    hooks.offer('b', 'fast');
    await hooks.end();
    expect(ends).toEqual([null, null]);
  });

  it('that are too many are dropped, and counted', async () => {
    const { hooks, dropped } = queue('cat > /dev/null; while ! test -e "$HERE/go"; do sleep 0.05; done');
    for (let number = 0; number < 30; number++) hooks.offer('a', `${number}\n`);
    expect(dropped).toEqual([16]);
    expect(hooks.lost).toBe(30 - 17);
    script(': > "$HERE/go"');
    await Promise.all([hook([place('hook')]).end, hooks.end()]);
    expect(hooks.runs).toBe(17);
  });

  it('have the time of one at the end, then they are killed', async () => {
    const { hooks, ends } = queue('trap "" TERM; echo $$ > "$HERE/pid"; while :; do sleep 0.1; done', 0.5);
    for (let number = 0; number < 3; number++) hooks.offer('a', 'x');
    await hooks.end();
    expect(ends).toEqual([expect.stringMatching(/was (?:killed|ended)/)]);
    expect(hooks.lost).toBe(2);
    expect(isRunning(Number(read('pid')))).toBe(false);
  });
});

describe('the program of a hook', () => {
  it('is looked for as execvp does', () => {
    checkProgram('sh', process.env.PATH);
    checkProgram(script('exit 0'), undefined);
    expect(() => checkProgram('no-such-program', process.env.PATH)).toThrow(/no such program in PATH/);
    expect(() => checkProgram('sh', '')).toThrow(/no such program/);
    expect(() => checkProgram(place('nowhere'), '')).toThrow(/no such program/);
    expect(() => checkProgram(place('.'), '')).toThrow(/no such program/);
    expect(() => checkProgram(script('exit 0', 0o644), '')).toThrow(/may not be executed/);
    expect(() => checkProgram('', '/bin')).toThrow(/wants a program/);
  });
});
