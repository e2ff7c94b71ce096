import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, parseFdCell } from '../../src/model/fd-cell.ts';

describe('parseFdCell', () => {
  // lsof(8), "FD": number, mode r w u, blank or -, lock N r R w W u U x X or blank.
  it.each([
    ['3', '3', 3, null, null],
    ['10r', '10', 10, 'r', null],
    ['27uW', '27', 27, 'u', 'W'],
    ['6wW', '6', 6, 'w', 'W'],
    ['7ww', '7', 7, 'w', 'w'],
    ['8rR', '8', 8, 'r', 'R'],
    ['9ux', '9', 9, 'u', 'x'],
    ['4-', '4', 4, null, null],
    ['4-W', '4', 4, null, 'W'],
    ['5 R', '5', 5, null, 'R'],
    ['*345u', '*345', null, 'u', null],
    ['*001wW', '*001', null, 'w', 'W'],
    ['*345', '*345', null, null, null],
    // fstat(1) of the BSDs marks sockets and pipes by a star.
    ['3*', '3', 3, null, null],
    ['  12u ', '12', 12, 'u', null],
  ])('%s', (cell, association, number, access, lock) => {
    expect(parseFdCell(cell)).toEqual({ association, number, access, lock });
  });

  it.each(
    'cwd rtd txt mem DEL mmap pd ltx ctty err jld twd fp. v86 m86 unk NOFD L01 M12 R03 wd text root jail tr trace exe shm mnt net pid4c time4c cgroup'.split(
      ' ',
    ),
  )('%s is an association, not a descriptor', (cell) => {
    expect(parseFdCell(cell)).toEqual({ association: cell, number: null, access: null, lock: null });
  });

  it('knows nothing from a blank or toolbox’s ???', () => {
    expect(parseFdCell('').association).toBeNull();
    expect(parseFdCell('???').association).toBeNull();
  });

  it('reads back any number with any mode and lock', () => {
    const mode = fc.constantFrom('r', 'w', 'u', '', '-', ' ');
    const lock = fc.constantFrom('', 'r', 'R', 'w', 'W', 'u', 'U', 'N', 'x', 'X');
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), mode, lock, (number, m, l) => {
        // Without a mode character a lock cannot follow: lsof always prints both.
        const cell = parseFdCell(`${number}${m === '' ? '' : m + l}`);
        expect(cell.number).toBe(number);
        expect(cell.access).toBe('rwu'.includes(m) && m !== '' ? m : null);
        expect(cell.lock).toBe(m === '' || l === '' ? null : l);
      }),
    );
  });
});

describe('accessOf', () => {
  it.each([
    ['r', 'r'],
    ['u', 'u'],
    [' ', null],
    ['rw-', 'u'],
    ['-w-', 'w'],
    ['r--', 'r'],
    ['---', null],
    ['rw---m', 'u'],
    ['rwa-----', 'u'],
    ['lr-x------', 'r'],
    ['l-wx------', 'w'],
    ['lrwx------', 'u'],
    ['l---------', null],
  ])('%s', (mode, access) => {
    expect(accessOf(mode)).toBe(access);
  });
});
