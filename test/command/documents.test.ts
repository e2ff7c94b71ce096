import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/command/registry.ts';
import { leaksof, shell } from '../support/run.ts';
import { problems } from '../support/schema.ts';

const schemas = new URL('../../src/schema/', import.meta.url);
/** Two processes, every kind of row, one line that is none. */
const LISTING = [
  'COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
  'uwsgi  2445 www-data  cwd    DIR    8,1     4096    2 /srv/app',
  ...Array.from(
    { length: 8 },
    (_, i) => `uwsgi  2445 www-data    ${i}r   REG    8,1     1234   77 /srv/app/<script>|\\x1b[31m.jpg`,
  ),
  'uwsgi  2445 www-data    8r  FIFO    8,1      0t0   79 /srv/app/<b>|fifo',
  'uwsgi  2445 www-data   20w   REG    8,1  3145728   78 /srv/app/log/<b>app.log (deleted)',
  'nginx   812     root    0u   CHR    1,3      0t0    5 /dev/null',
  'nginx   812     root    6u  IPv4  53232      0t0  TCP 10.0.0.1:80->10.0.0.2:51234 (CLOSE_WAIT)',
  '/proc/2445/limits:Max open files            10                   unlimited            files',
  'what is this line',
  '',
].join('\n');

describe('JSON', () => {
  it.each([
    ['rank.json', ['rank', '-']],
    ['rank.json', ['rank', '-', '--by', 'user']],
    ['rank.json', ['rank', '-', '--max-utilisation', '10%']],
    ['rank.json', ['rank', '-', '--class', 'inet']],
    ['names.json', ['names', '-']],
    ['names.json', ['names', '-', '--exact']],
    ['deleted.json', ['deleted', '-']],
    ['deleted.json', ['deleted', '-', '--max-deleted', '10GB']],
    ['deleted.json', ['deleted', '-', '--pid', '812']],
    ['pipes.json', ['pipes', '-']],
    ['pipes.json', ['pipes', '-', '--pid', '812']],
    ['show.json', ['show', '2445', '-']],
    ['show.json', ['show', 'nginx', '-']],
  ])('%s describes leaksof %j', async (schema, words) => {
    const { stdout, status } = await leaksof([...words, '--json'], { input: LISTING });
    expect(status).toBeLessThan(2);
    const document = JSON.parse(stdout);
    expect(problems(schema, document)).toBeNull();
    expect(Object.keys(document).slice(0, 6)).toEqual([
      'schemaVersion',
      'command',
      'source',
      'coverage',
      'verdict',
      'findings',
    ]);
  });

  it.runIf(process.platform === 'linux').each([
    ['rank.json', ['rank', '--live']],
    ['rank.json', ['rank', '--live', '--counts', '--by', 'tree']],
    ['rank.json', ['rank', '--live', '--all']],
    ['names.json', ['names', '--live']],
    ['deleted.json', ['deleted', '--live']],
    ['pipes.json', ['pipes', '--live']],
    ['pipes.json', ['pipes', '--live', '--fill', '--max-pipe', '90%']],
    ['show.json', ['show', String(process.pid), '--live']],
  ])('%s describes leaksof %j of this machine', async (schema, words) => {
    const { stdout } = await leaksof([...words, '--json']);
    expect(problems(schema, JSON.parse(stdout))).toBeNull();
  });

  it.each([
    ['rows of a listing', ['export', '-']],
    ['rows of this machine', ['export', '--live', '--pid', String(process.pid)]],
  ])('open-file.json describes %s', async (_, words) => {
    const { stdout } = await leaksof(words, { input: LISTING });
    const rows = stdout.trimEnd().split('\n');
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(problems('open-file.json', JSON.parse(row))).toBeNull();
  });

  it('has keys in the order of the schema', async () => {
    const { stdout } = await leaksof(['export', '-'], { input: LISTING });
    const schema = JSON.parse(readFileSync(new URL('open-file.json', schemas), 'utf8'));
    expect(Object.keys(JSON.parse(stdout.split('\n')[0] ?? ''))).toEqual(Object.keys(schema.properties));
  });
});

describe('every command in every format', () => {
  const cases = COMMANDS.filter(({ arguments: words }) => words.some(({ name }) => name === 'SOURCE')).flatMap(
    ({ name, formats }) => formats.map((format) => [name, format] as const),
  );

  it.each(cases)('%s as %s answers, and lets no name act', async (name, format) => {
    const words = name === 'show' ? [name, '2445', '-'] : [name, '-'];
    const { stdout, status } = await leaksof([...words, '--format', format], { input: LISTING });
    expect(status).toBe(0);
    expect(stdout).toContain('/srv/app');
    expect(stdout).not.toContain('\u001b');
    if (format === 'markdown') expect(stdout).not.toContain('<script>');
    if (format === 'ndjson') for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
    if (format === 'tsv')
      expect(
        new Set(
          stdout
            .trimEnd()
            .split('\n')
            .map((line) => line.split('\t').length),
        ).size,
      ).toBe(1);
  });
});

describe('export', () => {
  it('prints the fields that were asked for, in that order', async () => {
    const csv = await leaksof(['export', '-', '--fields', 'pid,fd', '--fields', 'target', '--format', 'csv'], {
      input: LISTING,
    });
    expect(csv.stdout.split('\r\n').slice(0, 2)).toEqual(['pid,fd,target', '2445,cwd,/srv/app']);
    const ndjson = await leaksof(['export', '-', '--fields', 'type,line'], { input: LISTING });
    expect(ndjson.stdout.split('\n')[0]).toBe('{"type":"DIR","line":2}');
  });

  it('says on stderr what it could not place, and prints rows only on stdout', async () => {
    const { stdout, stderr } = await leaksof(['export', '-'], { input: LISTING });
    expect(stdout.trimEnd().split('\n')).toHaveLength(13);
    expect(stderr).toContain('1 line not understood (line 16)');
  });

  it('streams: memory does not grow with the rows', async () => {
    const row = 'uwsgi  2445 www-data    9r   REG    8,1     1234   77 /srv/app/cat.jpg';
    const { stdout, stderr } = await shell(
      `{ echo 'COMMAND PID     USER   FD   TYPE DEVICE SIZE/OFF NODE NAME'; yes '${row}' | head -n 400000; } |
       leaksof export - --format tsv --fields pid,target | wc -l`,
    );
    expect(stdout.trim()).toBe('400001');
    expect(stderr).toBe('');
  });
});

describe('documents made from the definitions', () => {
  it('are not stale', async () => {
    const script = new URL('../../docs/generate.js', import.meta.url).pathname;
    const { stderr } = await promisify(execFile)(process.execPath, [script, '--check']).catch((error) => error);
    expect(stderr).toBe('');
  });
});

describe('the line for a machine without Node', () => {
  it.runIf(process.platform === 'linux')('works, with limits', async () => {
    const { stdout: there } = await shell('command -v lsof');
    if (there.trim() === '') return;
    const line = `sh -c 'lsof -nP +c0 -Ki -p ${process.pid}; grep -H "open files" /proc/[0-9]*/limits' 2>/dev/null | leaksof --json`;
    const { stdout } = await shell(line);
    const self = JSON.parse(stdout).processes.find(({ pid }: { pid: number }) => pid === process.pid);
    expect(self.softLimit).toBeGreaterThan(0);
    expect(self.descriptors).toBeGreaterThan(2);
  });
});
