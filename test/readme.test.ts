import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ENV = { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8' };

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(path: string): Block[] {
  const found = readFileSync(path, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...found].map(([, language = '', text = '']) => ({ language, text }));
}

/** Commands of the `sh` blocks, comments off. */
function commandsOf(path: string): string[] {
  return blocksOf(path)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trimEnd().split('\n'))
    .map((line) => line.replace(/\s+# .*$/, ''));
}

/** Runs a line of the README in the clone, `leaksof` being the clone's. */
function run(line: string): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
  const words = line.replace(/(^|[|;] )leaksof\b/g, '$1node bin/leaksof.js');
  return spawnSync('bash', ['-o', 'pipefail', '-c', words], {
    encoding: 'utf8',
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('README', () => {
  it('shows what is printed (node docs/readme.js draws it again)', () => {
    for (const { text } of blocksOf('README.md').filter(({ language }) => language === 'console')) {
      const [command = '', ...output] = text.split('\n');
      expect(run(command.replace(/^\$ /, '')).stdout).toBe(output.join('\n'));
    }
  });

  const commands = commandsOf('README.md');

  it('sets up and tests with the two commands it names', () => {
    expect(commands[0]).toMatch(/^npm ci && node bin\/leaksof\.js && /);
    expect(commands[1]).toBe('npm ci && npm test');
  });

  // The first two are npm's; one needs another machine.
  const cheap = commands.filter((line) => !/^npm |\bssh\b/.test(line));
  const live = (line: string): boolean => !/fixtures\//.test(line);

  it.each(cheap.filter((line) => !live(line)))('%s', (line) => {
    const { status, stdout, stderr } = run(line);
    expect({ status, stderr: /error|internal/i.test(stderr) }).toEqual({ status: 0, stderr: false });
    expect(stdout).not.toBe('');
  });

  it.each(cheap.filter(live).filter((line) => process.platform === 'linux' || /lsof -/.test(line)))(
    '%s',
    (line) => {
      const { status, stdout } = run(line);
      // The machine that the tests run on may hold a process above a budget, or one that cannot be judged; and it may be too
      // busy for the tour's few seconds to tell.
      expect(/--max|demo/.test(line) ? [0, 1, 3] : [0]).toContain(status);
      expect(stdout).not.toBe('');
    },
    120_000,
  );

  it('leads only to files that are there', () => {
    for (const path of ['README.md', 'docs/library.md']) {
      const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
        (match) => match[1] ?? '',
      );
      const base = path.startsWith('docs/') ? 'docs/' : '';
      expect(links.filter((link) => !existsSync(base + link))).toEqual([]);
    }
  });

  it('names under "Built on" what is carried along, and nothing else', () => {
    const [, section = ''] = /## Built on\n\n([^#]*)/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const named = [...section.matchAll(/^\[([^\]]+)\]/gm)].map((match) =>
      (match[1] ?? '').replace('danfo.js', 'danfojs'),
    );
    const carried = readFileSync('dist/THIRD-PARTY-LICENCES.txt', 'utf8');
    expect(named.filter((name) => !carried.includes(`\n${name} `))).toEqual([]);
  });
});

describe('examples of the library', () => {
  const examples = ['README.md', 'docs/library.md'].flatMap((path) =>
    blocksOf(path)
      .filter(({ language }) => language === 'js')
      .map(({ text }, index) => ({ name: `${path} ${index + 1}`, text })),
  );

  it.each(examples)('$name runs', ({ text }) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      encoding: 'utf8',
      env: ENV,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toBe('');
  });
});
