import { endianness } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText } from '../../../src/source/proc/network/address.ts';
import { SOCKET_TABLES, socketClass } from '../../../src/source/proc/network/socket-table.ts';
import { describeLine, indexInodes } from '../../../src/source/proc/network/sockets.ts';

/** Bytes of an address as the kernel prints them: words of the machine's order. */
function kernelHex(bytes: readonly number[]): string {
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(i * 4, i * 4 + 4));
  return words
    .map((word) =>
      Buffer.from(endianness() === 'LE' ? word.toReversed() : word)
        .toString('hex')
        .toUpperCase(),
    )
    .join('');
}

const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0');

function table(file: string) {
  const found = SOCKET_TABLES.find((candidate) => candidate.file === file);
  if (!found) throw new Error(`no table ${file}`);
  return found;
}

/** What a table with this line says of the inode. */
function describeInode(file: string, lines: string, inode: number) {
  const bytes = Buffer.from(`header\n${lines}\n`);
  const places = new Map<number, number>();
  indexInodes(bytes, table(file).inodeField, 0, places);
  const place = places.get(inode);
  return place === undefined ? null : describeLine(table(file), bytes, place);
}

describe('addresses', () => {
  it('prints IPv4 as everybody does', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 255 })),
        fc.integer({ min: 1, max: 65535 }),
        (bytes, number) => {
          expect(addressText(`${kernelHex(bytes)}:${port(number)}`)).toBe(`${bytes.join('.')}:${number}`);
        },
      ),
    );
    expect(addressText('00000000:0050')).toBe('*:80');
    expect(addressText('00000000:0000')).toBeNull();
    expect(addressText(`${kernelHex([127, 0, 0, 1])}:0000`)).toBe('127.0.0.1:*');
  });

  it('prints IPv6 so that it reads back as the same address', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }), (bytes) => {
        fc.pre(bytes.some((byte) => byte !== 0) && !bytes.slice(0, 10).every((byte) => byte === 0));
        const text = addressText(`${kernelHex(bytes)}:0050`) ?? '';
        // The URL parser is another implementation of the same rules (RFC 5952).
        expect(new URL(`http://${text.replace(/:80$/, '')}/`).hostname).toBe(text.replace(/:80$/, ''));
        const groups = text
          .slice(1, -4)
          .split('::')
          .map((part) => part.split(':').filter(Boolean)) as string[][];
        const missing = 8 - groups.flat().length;
        const full =
          groups.length === 1
            ? groups.flat()
            : [...(groups[0] ?? []), ...Array(missing).fill('0'), ...(groups[1] ?? [])];
        expect(full.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])).toEqual(
          bytes,
        );
      }),
    );
    const loopback = [...Array(15).fill(0), 1] as number[];
    expect(addressText(`${kernelHex(loopback)}:1F90`)).toBe('[::1]:8080');
    const mapped = [...Array(10).fill(0), 255, 255, 10, 0, 0, 7] as number[];
    expect(addressText(`${kernelHex(mapped)}:1F90`)).toBe('10.0.0.7:8080');
    expect(addressText(`${'0'.repeat(32)}:1F90`)).toBe('*:8080');
  });
});

describe('socket tables', () => {
  const local = `${kernelHex([127, 0, 0, 1])}:1F90`;
  const remote = `${kernelHex([10, 0, 0, 9])}:0050`;

  it.each([
    ['01', 'ESTABLISHED'],
    ['02', 'SYN_SENT'],
    ['08', 'CLOSE_WAIT'],
    ['05', 'FIN_WAIT2'],
    ['0B', 'CLOSING'],
  ])('reads TCP state %s', (state, name) => {
    const line = `  12: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000    33        0 1901449 1 0 20 0 0 10 -1`;
    expect(describeInode('tcp', line, 1_901_449)).toEqual({
      type: 'IPv4',
      class: 'inet',
      name: `127.0.0.1:8080->10.0.0.9:80 (${name})`,
      device: '1901449',
      node: 'TCP',
    });
  });

  it('leaves out what has no descriptor: TIME_WAIT and orphans have inode 0', () => {
    const line = `   0: ${local} ${remote} 06 00000000:00000000 03:000014B4 00000000     0        0 0 3 0`;
    expect(describeInode('tcp', line, 0)).toBeNull();
  });

  it('reads unix sockets, with blanks in their paths', () => {
    const lines = [
      '00000000b4c62557: 00000002 00000000 00010000 0001 01 10 /run/my sock',
      '00000000b4c62558: 00000003 00000000 00000000 0001 03 11',
      '00000000b4c62559: 00000002 00000000 00000000 0002 01 12 @abstract',
    ].join('\n');
    expect(describeInode('unix', lines, 10)).toMatchObject({
      name: '/run/my sock type=STREAM (LISTEN)',
      device: '0x00000000b4c62557',
      node: '10',
    });
    expect(describeInode('unix', lines, 11)?.name).toBe('type=STREAM (CONNECTED)');
    expect(describeInode('unix', lines, 12)?.name).toBe('@abstract type=DGRAM (UNCONNECTED)');
  });

  it('reads netlink, packet and raw sockets', () => {
    expect(
      describeInode(
        'netlink',
        '000000008efa6515 15  0          00000001 0        0        0     2        0        33      ',
        33,
      ),
    ).toMatchObject({ type: 'netlink', name: 'KOBJECT_UEVENT', node: '33' });
    expect(describeInode('packet', '000000001 3      3    0003   2     1 0      0      44    ', 44)).toMatchObject({
      type: 'pack',
      name: 'type=SOCK_RAW',
      device: '44',
      node: '3',
    });
    const raw = `   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 55 2 0 0`;
    expect(describeInode('raw', raw, 55)).toMatchObject({ type: 'raw', name: '00000000:0001->00000000:0000 st=07' });
  });

  it('places every inode of any table at its own line, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { maxLength: 50 }), (inodes) => {
        const lines = inodes
          .map((inode, i) => `  ${i}: ${local} ${remote} 01 0:0 00:0 0    33        0 ${inode} 1 0`)
          .join('\n');
        for (const inode of inodes) expect(describeInode('tcp', lines, inode)?.device).toBe(String(inode));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...SOCKET_TABLES), (bytes, any) => {
        const buffer = Buffer.from(bytes);
        const places = new Map<number, number>();
        indexInodes(buffer, any.inodeField, 0, places);
        for (const place of places.values()) expect(() => describeLine(any, buffer, place)).not.toThrow();
      }),
    );
  });

  it('classes a socket by its protocol where no table has it', () => {
    expect(['TCP', 'TCPv6', 'UNIX-STREAM', 'NETLINK', 'ALG', ''].map(socketClass)).toEqual([
      'inet',
      'inet',
      'unix',
      'netlink',
      'other',
      'other',
    ]);
  });
});
