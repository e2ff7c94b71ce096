import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from './lsof-text-support.ts';

const present = process.platform === 'linux' && spawnSync('lsof', ['-v']).error === undefined;

/** Opens one of everything that is awkward to print, says so, and waits. */
const HOLDER = String.raw`
const fs = require('fs'), net = require('net'), dgram = require('dgram');
const folder = process.argv[1];
const names = ['plain', 'two  blanks', 'trail ', 'a -> b', '1234 root 5u REG', 'x (deleted)', '日本.db', 'tab\tname', 'new\nline', 'back\\slash', 'x TCP *:80 (LISTEN)'];
for (const name of names) fs.openSync(folder + '/' + name, 'w+');
const gone = folder + '/gone';
fs.writeSync(fs.openSync(gone, 'w+'), 'x'.repeat(5000));
fs.unlinkSync(gone);
fs.openSync('/dev/null', 'r');
fs.openSync('/', 'r');
const server = net.createServer(() => {}).listen(0, '127.0.0.1', () => {
  net.connect(server.address().port, '127.0.0.1');
  net.createServer(() => {}).listen(folder + '/socket', () => {
    dgram.createSocket('udp4').bind(0, '127.0.0.1', () => setTimeout(() => process.stdout.write('ready\n'), 50));
  });
});
setInterval(() => {}, 1 << 30);
`;

/** One row of lsof's field output. */
interface Field {
  pid: string;
  user: string;
  fd: string;
  type: string;
  name: string;
}

/** Reads \`-F0pLuftaln\` output: the independent account of the same frozen process. */
function fieldsOf(output: Buffer, numeric: boolean): Field[] {
  const fields: Field[] = [];
  let owner = { pid: '', user: '' };
  for (const set of output.toString('utf8').split('\n')) {
    const values = new Map(
      set
        .split('\0')
        .filter((field) => field !== '')
        .map((field) => [field[0], field.slice(1)]),
    );
    const pid = values.get('p');
    if (pid !== undefined) owner = { pid, user: values.get(numeric ? 'u' : 'L') ?? '' };
    const label = values.get('f');
    if (label === undefined) continue;
    const mode = (values.get('a') ?? '').trim();
    const lock = (values.get('l') ?? '').trim();
    const fd = `${label}${lock !== '' && mode === '' ? '-' : mode}${lock}`;
    fields.push({ ...owner, fd, type: values.get('t') ?? '', name: values.get('n') ?? '' });
  }
  return fields;
}

describe.skipIf(!present)('rows of the lsof on this machine', () => {
  let holder: ChildProcess;
  let folder = '';
  let pid = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leaksof-lsof-'));
    holder = spawn(process.execPath, ['-e', HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    pid = String(holder.pid);
    holder.kill('SIGSTOP');
    // The stop is complete once the kernel says so.
    while (!/^State:\s+[Tt]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(setImmediate);
  });

  afterAll(() => {
    holder.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const sets = [
    ['-nP'],
    ['-nP', '-a', '-K'],
    ['-nP', '-R', '-g'],
    ['-nP', '+L'],
    ['-nP', '+fg'],
    ['-nP', '+fG'],
    ['-nP', '-o'],
    ['-nP', '-s'],
    ['-nP', '-T', 'qs'],
    ['-nP', '-l'],
    ['-nP', '+c', '0'],
    ['-nP', '-a', '-K', '-R', '-g', '+L', '+fg', '+c', '0'],
  ];
  for (const flags of sets) {
    it(`agrees with its field output under ${flags.join(' ')}`, () => {
      const options = { env: { ...process.env, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 28 };
      const all = ['-w', ...flags, '-p', pid];
      const parsed = parseText(execFileSync('lsof', all, options));
      const fields = fieldsOf(execFileSync('lsof', [...all, '-F0pLuftaln'], options), flags.includes('-l'));
      expect(parsed.lines.unplaced).toEqual([]);
      expect(parsed.rows.length).toBeGreaterThan(20);
      expect(parsed.rows.map((row) => [String(row.pid), row.user, row.fd, row.type ?? ''])).toEqual(
        fields.map((field) => [field.pid, field.user, field.fd, field.type]),
      );
      // Field output has a socket's state in a field of its own, and text cuts trailing blanks.
      const names = parsed.rows.map((row, i) => (row.name ?? '').startsWith(fields[i].name.trimEnd()));
      expect(names.indexOf(false)).toBe(-1);
    });
  }
});
