import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { lsofField } from '../../src/dialect/lsof-field/lsof-field.ts';
import { lsofJson } from '../../src/dialect/lsof-json.ts';
import { type ModelFile, type ModelProcess, processes, safestrprt } from '../support/listing.ts';
import { parse } from '../support/parsed.ts';

/** One `-F` listing: sets of fields, each `letter value`. */
function sets(process: ModelProcess): string[][] {
  const fileSet = (file: ModelFile) => [
    `f${file.fd}`,
    `a${file.access || ' '}`,
    `l${file.lock || ' '}`,
    `t${file.type}`,
    `D${file.device}`,
    ...(file.size === null ? [] : [`s${file.size}`]),
    ...(file.offset === null ? [] : [`o0t${file.offset}`]),
    ...(file.inode === null ? [] : [`i${file.inode}`]),
    ...(file.name === null ? [] : [`n${safestrprt(file.name)}`]),
    ...(file.state === null ? [] : [`TST=${file.state}`, 'TQR=0']),
  ];
  const { pid, ppid, uid, user, command } = process;
  return [[`p${pid}`, `R${ppid}`, `c${safestrprt(command)}`, `u${uid}`, `L${user}`], ...process.files.map(fileSet)];
}

function jsonFile(file: ModelFile) {
  return {
    fd: file.fd,
    ...(file.access && { access: file.access }),
    ...(file.lock && { lock: file.lock }),
    type: file.type,
    device_number: file.device,
    ...(file.size !== null && { size: file.size }),
    ...(file.offset !== null && { offset: file.offset }),
    ...(file.inode !== null && { inode: file.inode }),
    ...(file.name !== null && { name: file.name }),
    ...(file.state !== null && { tcp_info: { state: file.state, recv_queue: 0 } }),
  };
}

function jsonProcess({ pid, ppid, command, uid, user }: ModelProcess) {
  return { pid, ppid, command, uid, login: user };
}

const document = (list: readonly ModelProcess[]) => ({
  lsof_version: '4.99.7',
  processes: list.map((process) => ({ ...jsonProcess(process), files: process.files.map(jsonFile) })),
});

/** Every way in which lsof can print the same listing for machines. */
const FORMS: readonly (readonly [string, Dialect, (list: readonly ModelProcess[]) => string])[] = [
  [
    '-F',
    lsofField,
    (list) =>
      list
        .flatMap(sets)
        .flatMap((set) => set.map((field) => `${field}\n`))
        .join(''),
  ],
  [
    '-F0',
    lsofField,
    (list) =>
      list
        .flatMap(sets)
        .map((set) => `${set.map((field) => `${field}\0`).join('')}\n`)
        .join(''),
  ],
  ['-J', lsofJson, (list) => `${JSON.stringify(document(list))}\n`],
  ['-J laid out', lsofJson, (list) => `${JSON.stringify(document(list), null, 2)}\n`],
  [
    '-j',
    lsofJson,
    (list) =>
      list
        .flatMap((process) =>
          process.files.map((file) => `${JSON.stringify({ ...jsonProcess(process), ...jsonFile(file) })}\n`),
        )
        .join(''),
  ],
];

function fdText({ fd, access, lock }: ModelFile): string {
  return fd + (access || (lock ? '-' : '')) + lock;
}

describe.each(FORMS)('lsof %s', (form, dialect, render) => {
  it('gives back what was listed', () => {
    fc.assert(
      fc.property(processes, fc.integer({ min: 1, max: 300 }), (list, chunk) => {
        const text = render(list);
        const { rows, listings, result } = parse(dialect, text, chunk);
        expect(rows.map(({ pid, cells }) => ({ pid, ...cells }))).toEqual(
          list.flatMap((process) =>
            process.files.map((file) => ({
              pid: process.pid,
              ppid: String(process.ppid),
              uid: String(process.uid),
              user: process.user,
              command: safestrprt(process.command),
              fd: fdText(file),
              type: file.type,
              device: file.device,
              ...(file.size !== null && { size: file.size }),
              ...(file.offset !== null && { offset: dialect === lsofField ? `0t${file.offset}` : file.offset }),
              ...(file.inode !== null && { node: file.inode }),
              ...(file.name !== null && { name: safestrprt(file.name) }),
              ...(file.state !== null && { state: file.state }),
            })),
          ),
        );
        expect(listings).toHaveLength(1);
        expect(result.lines.unplacedTotal).toBe(0);
        expect(result.lines.total).toBe(text.split('\n').length - 1);
      }),
      { numRuns: 300 },
    );
  });

  it('finds each row on its line', () => {
    fc.assert(
      fc.property(processes, (list) => {
        const text = render(list);
        const begins = { '-F': /^f/, '-F0': /^f/, '-j': /^\{/, '-J': /^\{/, '-J laid out': /^ {8}\{$/ }[form] as RegExp;
        const starts = text.split('\n').flatMap((line, i) => (begins.test(line) ? [i + 1] : []));
        const { rows } = parse(dialect, text);
        expect(rows.map(({ line }) => line)).toEqual(form === '-J' ? rows.map(() => 1) : starts);
      }),
    );
  });
});
