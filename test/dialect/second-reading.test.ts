import { describe, expect, it } from 'vitest';
import { detectDialect, sampleOf } from '../../src/dialect/detect.ts';
import { readAgain } from '../../src/dialect/second-reading.ts';
import type { ListingStart } from '../../src/model/consumer.ts';
import { openFile } from '../../src/model/open-file.ts';

const LSOF = `COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
app     100 root  cwd    DIR    8,1     4096   12 /srv
app     100 root    3u   REG    8,1        0   13 /srv/a.log
app     100 root    4u  IPv4   5512      0t0  TCP *:80 (LISTEN)`;

const LS = (pid: number) => `# ls -l /proc/${pid}/fd
total 0
lrwx------ 1 root root 64 Nov 21 09:00 0 -> /dev/null
l-wx------ 1 root root 64 Nov 21 09:00 1 -> /srv/a.log
lrwx------ 1 root root 64 Nov 21 09:00 5 -> socket:[5512]`;

const FIELDS = `p300
cdb
u0
f3
au
tREG
n/var/db/one
f4
au
tREG
n/var/db/two`;

function read(text: string, chunk = text.length) {
  const bytes = new TextEncoder().encode(text);
  const rows: {
    line: number | null;
    listing: number | null;
    pid: number | null;
    fd: string | null;
    name: string | null;
  }[] = [];
  const listings: ListingStart[] = [];
  const parser = readAgain(detectDialect(sampleOf(bytes)), {
    listing: (start) => void listings.push(start),
    process: () => {},
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) {
        const { line, listing, pid, fd, name } = openFile(batch, row);
        rows.push({ line, listing, pid, fd, name });
      }
    },
  });
  for (let at = 0; at < bytes.length; at += chunk) parser.write(bytes.slice(at, at + chunk));
  const result = parser.finish();
  rows.sort((a, b) => Number(a.line) - Number(b.line));
  return { rows, starts: listings.map(({ index }) => index), ...result };
}

describe('a paste with listings of several dialects', () => {
  it('reads what the first dialect left by the one that knows it, at its own lines', () => {
    const { rows, lines, listings } = read(`${LSOF}\n\n${LS(200)}\n`);
    expect(rows).toHaveLength(6);
    expect(rows.slice(3)).toEqual([
      { line: 8, listing: 0, pid: 200, fd: '0', name: '/dev/null' },
      { line: 9, listing: 0, pid: 200, fd: '1', name: '/srv/a.log' },
      { line: 10, listing: 0, pid: 200, fd: '5', name: 'socket:[5512]' },
    ]);
    expect(lines).toMatchObject({ total: 10, rows: 6, other: 4, unplacedTotal: 0 });
    expect(listings).toBe(1);
  });

  it('finds one row of another dialect among prose', () => {
    const link = 'l-wx------ 1 root root 64 Nov 21 09:00 /proc/100/fd/3 -> /srv/a.log';
    const { rows } = read(
      `${LSOF}\n\nIts link is still there, so nothing is lost:\n\n$ ls -l /proc/100/fd/3\n${link}\n`,
    );
    expect(rows.map(({ line, fd, name }) => [line, fd, name]).slice(-1)).toEqual([[9, '3', '/srv/a.log']]);
  });

  it('opens a listing of its own where a process is listed twice', () => {
    const { rows, listings, starts } = read(`${LSOF}\n${LS(100)}\n`);
    expect(rows.map(({ listing }) => listing)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(starts).toEqual([0, 1]);
    expect(listings).toBe(2);
  });

  it('goes on to a third dialect, in chunks of any size', () => {
    const text = `${LSOF}\n${LS(200)}\n$ lsof -F -p 300\n${FIELDS}\n`;
    const whole = read(text);
    expect(whole.rows.map(({ pid }) => pid)).toEqual([100, 100, 100, 200, 200, 200, 300, 300]);
    expect(whole.lines.unplacedTotal).toBe(0);
    expect(read(text, 7)).toEqual(whole);
  });

  it('leaves lines alone that no dialect is sure of', () => {
    const { rows, lines } = read(`${LSOF}\nsome words about it\nand some more\n`);
    expect(rows).toHaveLength(3);
    expect(lines.unplaced.map(({ line }) => line)).toEqual([5, 6]);
  });
});
