import { describe, expect, it } from 'vitest';
import { knowsCalls, waitsOf } from '../../../src/source/proc/blocked/blocking-call.ts';

/** Read from a kernel 6.18 on x64 while the call went on. */
const SENDTO = '44 0x4 0x7f0b362ad170 0x1 0x0 0x0 0x0 0x7f0b35c47890 0x7f0b362e8ba4';
const WRITE = '1 0x4 0x55b86da5f950 0xbb8 0x0 0x0 0x0 0x7ffd371d35a0 0x7fb70db162ec';

describe('a line of /proc/PID/task/TID/syscall', () => {
  it('tells the descriptor and the size', () => {
    expect(waitsOf(SENDTO, 'x64')).toEqual([{ call: 'sendto', descriptor: 4, direction: 'write', size: 1 }]);
    expect(waitsOf(WRITE, 'x64')).toEqual([{ call: 'write', descriptor: 4, direction: 'write', size: 3000 }]);
  });

  it('has other numbers on other architectures', () => {
    expect(waitsOf(SENDTO.replace('44', '206'), 'arm64')).toMatchObject([{ call: 'sendto', descriptor: 4 }]);
    expect(waitsOf(WRITE.replace('1 ', '64 '), 'riscv64')).toMatchObject([{ call: 'write', descriptor: 4 }]);
    expect(waitsOf(SENDTO, 'arm64')).toEqual([]);
    expect(waitsOf(SENDTO, 'mips')).toEqual([]);
    expect([knowsCalls('x64'), knowsCalls('arm64'), knowsCalls('mips')]).toEqual([true, true, false]);
  });

  it('of a call with two descriptors tells both', () => {
    const splice = '275 0x3 0x0 0x6 0x0 0x64 0x0 0x7ffc 0x7f00';
    expect(waitsOf(splice, 'x64')).toEqual([
      { call: 'splice', descriptor: 6, direction: 'write', size: 100 },
      { call: 'splice', descriptor: 3, direction: 'read', size: 100 },
    ]);
  });

  it('takes an int for an int, whatever the upper half of the register holds', () => {
    expect(waitsOf('1 0xdeadbeef00000007 0x0 0x1 0x0 0x0 0x0 0x0 0x0', 'x64')[0]?.descriptor).toBe(7);
    expect(waitsOf('44 0xffffffff 0x0 0x1 0x0 0x0 0x0 0x0 0x0', 'x64')).toEqual([]);
  });

  it.each(['running', '-1 0x7ffd371d35a0 0x7fb70db162ec', '', '232 0x5 0x0 0x1 0x0 0x0 0x0 0x1 0x2', '1 0x4'])(
    'that says %j waits for nothing',
    (line) => {
      expect(waitsOf(line, 'x64')).toEqual([]);
    },
  );
});
