import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/columns/utf8.ts';
import { lsfd } from '../../src/dialect/lsfd/lsfd.ts';
import { lsfdJson } from '../../src/dialect/lsfd/lsfd-json.ts';
import { lsofField } from '../../src/dialect/lsof-field/lsof-field.ts';
import { useFactories } from '../support/factory.ts';
import { type ParsedRow, parse } from '../support/parsed.ts';
import { requireTool } from '../support/require-tool.ts';

const hasLsof = requireTool('lsof');
const hasLsfd = requireTool('lsfd', ['--version']);

/** Prints what the tool prints; lsof ends with 1 when it has something to warn of. */
function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Buffer {
  try {
    const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
    return execFileSync(command, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return (error as { stdout: Buffer }).stdout;
  }
}

const KINDS = ['deleted', 'hostile', 'pipe', 'tcp4', 'unconnected', 'unix', 'eventfd'];
const SLASH = 0x2f;

/** lsfd 2.39 and later leave the mark out of the names of deleted files; older ones print the kernel's link. */
const marksDeleted = !/ 2\.(?:39|[4-9]\d)/.test(hasLsfd ? output('lsfd', ['--version']).toString() : '');
const deletedMark = (links: number | undefined) => (links === 0 && !marksDeleted ? / \(deleted\)$/ : '');

function withoutPlace({ pid, deleted, class: group, cells }: ParsedRow) {
  return { pid, deleted, group, cells };
}

const onlyNumbers = (rows: readonly ParsedRow[]) => rows.filter(({ cells }) => /^\d/.test(cells.fd ?? ''));

describe.each(KINDS)('a process that holds 23 of kind %s', (kind) => {
  const start = useFactories();

  /** Starts one and says what the kernel says of its descriptors, by number. */
  async function opened() {
    const { pid, skipped } = await start(kind);
    const place = (fd: number) => `/proc/${pid}/fd/${fd}`;
    const numbers = readdirSync(`/proc/${pid}/fd`)
      .map(Number)
      .sort((a, b) => a - b);
    const files = numbers.map((fd) => {
      const { ino, nlink } = statSync(place(fd));
      return { fd: String(fd), link: readlinkSync(place(fd), 'buffer'), inode: String(ino), links: nlink };
    });
    if (skipped === undefined) expect(files.length).toBeGreaterThan(12);
    return { pid, files };
  }

  it.skipIf(!hasLsof).each([['-F'], ['-F0']])('has them all in lsof %s', async (form) => {
    const { pid, files } = await opened();
    const { rows, result } = parse(lsofField, output('lsof', ['-nP', form, '-a', '-p', String(pid), '-d', '0-99999']));
    expect(rows.map((row) => [row.pid, row.cells.fd?.replace(/\D+$/, '')])).toEqual(files.map(({ fd }) => [pid, fd]));
    for (const [i, { link, inode }] of files.entries()) {
      const { cells } = rows[i] as ParsedRow;
      const target = link.toString('latin1');
      // Other names are printed with escapes, which the model undoes.
      if (/^\/[ -[\]-~]*$/.test(target)) expect(cells.name).toBe(target);
      expect([cells.node, cells.device]).toContain(inode);
    }
    expect(result.lines.unplacedTotal).toBe(0);
  });

  it.skipIf(!hasLsfd)('has them all in every form of lsfd', async () => {
    const { pid, files } = await opened();
    const args = ['-p', String(pid), '-o', 'COMMAND,PID,USER,ASSOC,MODE,TYPE,SOURCE,INODE,NLINK,DELETED,NAME'];
    const forms = [
      parse(lsfdJson, output('lsfd', [...args, '-J'])),
      parse(lsfd, output('lsfd', args)),
      parse(lsfd, output('lsfd', [...args, '-r'])),
      parse(lsfd, output('lsfd', args, { LC_ALL: 'C' })),
    ];
    const [first] = forms.map(({ rows }) => rows.map(withoutPlace));
    for (const { rows, result } of forms) {
      expect(result.lines.unplacedTotal).toBe(0);
      const listed = onlyNumbers(rows);
      expect(listed.map((row) => [row.pid, row.cells.fd, row.cells.node, row.cells.links, row.deleted])).toEqual(
        files.map(({ fd, inode, links }) => [pid, fd, inode, String(links), links === 0]),
      );
      for (const [i, { cells }] of listed.entries()) {
        const link = files[i]?.link as Buffer;
        if (link[0] === SLASH && cells.type === 'REG')
          expect(cells.target ?? cells.name).toBe(
            decodeText(link, 0, link.length).replace(deletedMark(files[i]?.links), ''),
          );
      }
      expect(rows.map(withoutPlace)).toEqual(first);
    }
    const bare = parse(lsfd, output('lsfd', ['-n', '-p', String(pid)]));
    expect(onlyNumbers(bare.rows).map(({ cells }) => cells.fd)).toEqual(files.map(({ fd }) => fd));
    expect(bare.result.lines.unplacedTotal).toBe(0);
  });
});

it.skipIf(!hasLsfd)('reads lsfd of a process with threads', () => {
  const { rows, result } = parse(lsfd, output('lsfd', ['-l', '-p', String(process.pid)]));
  expect(new Set(rows.map(({ cells }) => cells.tid)).size).toBeGreaterThan(1);
  expect(result.lines).toMatchObject({ other: 1, unplacedTotal: 0 });
});

it.skipIf(!hasLsof)('reads lsof -F0 of a process with threads as one listing', () => {
  const { rows, result, listings } = parse(
    lsofField,
    output('lsof', ['-nP', '-F0', '-K', '-a', '-p', String(process.pid)]),
  );
  expect(new Set(rows.map(({ pid }) => pid))).toEqual(new Set([process.pid]));
  expect(new Set(rows.map(({ cells }) => cells.tid)).size).toBeGreaterThan(1);
  expect(result.lines.unplacedTotal).toBe(0);
  expect(listings).toHaveLength(1);
});
