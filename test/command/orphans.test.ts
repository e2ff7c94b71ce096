import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canBecomeNobody, NOBODY } from '../support/as-user.ts';
import { requireThat } from '../support/require-tool.ts';
import { leaksof, PROGRAM } from '../support/run.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orphans-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const schema = (name: string) => JSON.parse(readFileSync(new URL(`../../src/schema/${name}`, import.meta.url), 'utf8'));

describe.runIf(process.platform === 'linux')('orphans', () => {
  it('says who holds what, in the words of its schema', async () => {
    writeFileSync(join(folder, 'held'), 'x');
    writeFileSync(join(folder, 'free'), Buffer.alloc(5000));
    symlinkSync('/etc', join(folder, 'link'));
    const held = openSync(join(folder, 'held'), 'r');
    const { stdout } = await leaksof(['orphans', folder, '--older-than', '1h', '--json']);
    closeSync(held);
    const document = JSON.parse(stdout);
    const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
    ajv.addSchema(schema('common.json'));
    const validate = ajv.compile(schema('orphans.json'));
    expect(validate(document) ? null : validate.errors).toBeNull();
    const files = new Map(document.files.map((file: { path: string }) => [file.path, file]));
    expect([...files.keys()].sort()).toEqual([join(folder, 'free'), join(folder, 'held')]);
    expect(files.get(join(folder, 'free'))).toMatchObject({ state: 'unheld', size: 5000, why: 'young', holders: [] });
    expect(files.get(join(folder, 'held'))).toMatchObject({ state: 'in-use', holders: [{ pid: process.pid }] });
  });

  it('sees a program that runs and a file that is mapped', async () => {
    const program = join(folder, 'sleeper');
    spawnSync('cp', ['/bin/sleep', program]);
    const script = `
import mmap, os, subprocess, sys
with open(sys.argv[1] + '/mapped', 'w+b') as file:
    file.write(b'x' * 4096); file.flush(); kept = mmap.mmap(file.fileno(), 4096)
for fd in os.listdir('/proc/self/fd'):
    # The mapping keeps a descriptor of its own.
    if os.path.exists('/proc/self/fd/' + fd) and os.readlink('/proc/self/fd/' + fd).endswith('/mapped'): os.close(int(fd))
child = subprocess.Popen([sys.argv[1] + '/sleeper', '600'])
print(subprocess.run([*sys.argv[2:]], capture_output=True, text=True).stdout)
child.kill()`;
    const words = [process.execPath, PROGRAM, 'orphans', folder, '--json'];
    const { stdout } = spawnSync('python3', ['-c', script, folder, ...words], { encoding: 'utf8' });
    const how = JSON.parse(stdout).files.map(({ path, holders }: { path: string; holders: { how: string }[] }) => [
      path.slice(folder.length + 1),
      holders[0]?.how,
    ]);
    expect(new Map(how)).toEqual(
      new Map([
        ['mapped', 'mem'],
        ['sleeper', 'exe'],
      ]),
    );
  });

  it('prints names as they are with --print0, and safely otherwise', () => {
    mkdirSync(join(folder, 'a\nb'));
    writeFileSync(join(folder, 'a\nb', '\u001b[31m<b>|x'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 10, 0xc3)]), '');
    const printed = spawnSync(process.execPath, [PROGRAM, 'orphans', folder, '--only', 'unheld', '--print0']).stdout;
    const truth = spawnSync('find', [folder, '-type', 'f', '-print0']).stdout;
    const names = (bytes: Buffer) => bytes.toString('latin1').split('\0').sort();
    expect(names(printed)).toEqual(names(truth));
    for (const format of ['terminal', 'markdown', 'csv', 'tsv', 'ndjson', 'json']) {
      const { stdout } = spawnSync(process.execPath, [PROGRAM, 'orphans', folder, '--format', format], {
        encoding: 'utf8',
      });
      expect(stdout, format).not.toContain('\u001b');
      expect(stdout, format).not.toContain('a\nb');
      if (format === 'markdown') expect(stdout).not.toContain('<b>');
    }
  });

  it('as an ordinary user calls nothing orphaned, and removes nothing', () => {
    const path = join(folder, 'old');
    writeFileSync(path, '');
    utimesSync(path, 1, 1);
    const words = ['orphans', folder, '--older-than', '0', '--delete', '--yes', '--json'];
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    spawnSync('chmod', ['755', folder]);
    const { stdout, status, error } = spawnSync(process.execPath, [PROGRAM, ...words], { ...user, encoding: 'utf8' });
    if (error) return;
    expect(status).toBe(3);
    const { orphaned, removal, withheld } = JSON.parse(stdout);
    expect([orphaned.files, removal.removed, withheld.join()]).toEqual([
      0,
      [],
      expect.stringContaining('CAP_SYS_PTRACE'),
    ]);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('without --yes only says what it would do', async () => {
    writeFileSync(join(folder, 'x'), 'x');
    const words = ['orphans', folder, '--older-than', '0', '--service', String(process.pid), '--delete'];
    const { stdout } = await leaksof(words);
    expect(stdout).toMatch(/would remove \d+ files?/);
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('x');
  });

  it.each([
    [['--yes'], '--yes is for --delete'],
    [['--print0', '--json'], '--print0 prints names'],
    [['--every', '0'], '--every wants a time above 0'],
    [['--only', 'orphan'], 'not one of'],
  ])('refuses %j', async (words, sentence) => {
    const { status, stderr } = await leaksof(['orphans', folder, ...words]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('goes on after a look that failed, until it is interrupted', async () => {
    const service = spawn('sleep', ['600'], { stdio: 'ignore' });
    const words = ['orphans', folder, '--every', '0.1s', '--service', String(service.pid), '--format', 'ndjson'];
    writeFileSync(join(folder, 'x'), '');
    const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const times = (text: string, word: string) => text.split(word).length - 1;
    await expect.poll(() => times(stdout, '"path"')).toBeGreaterThan(1);
    service.kill('SIGKILL');
    await expect.poll(() => times(stderr, 'no such process is alive; looking again')).toBeGreaterThan(1);
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect(status).toBe(3);
  });

  it('refuses a folder that is not there', async () => {
    const { status, stderr } = await leaksof(['orphans', join(folder, 'no')]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
  });

  it('could not tell of a folder that may not be read, and says who may', () => {
    if (!requireThat(canBecomeNobody(), 'this needs root')) return;
    chmodSync(folder, 0o700);
    const user = { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8' } as const;
    const asUser = () => spawnSync(process.execPath, [PROGRAM, 'orphans', folder], user);
    const refused = asUser();
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/EACCES\)\.\n {2}sudo \S+ \S+ orphans \S+\n$/),
    ]);
    // Of one that may be read it says who may see its holders.
    chmodSync(folder, 0o755);
    const read = asUser();
    expect([read.status, read.stderr]).toEqual([0, expect.stringMatching(/refused: sudo \S+ \S+ orphans \S+\n$/)]);
  });

  it('says who is not there', async () => {
    const { status, stderr } = await leaksof(['orphans', folder, '--service', 'no-such-program']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('no such process is alive')]);
  });
});
