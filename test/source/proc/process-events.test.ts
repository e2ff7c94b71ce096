import { endianness } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOST_LENGTH, ProcessEventDecoder } from '../../../src/source/proc/event/process-events.ts';

/**
 * Messages of Linux 6.18 on x86-64, as recv(2) gave them to another program: an answer, a fork of 16093 by 16091,
 * its exec, and an end (its status made 3 here).
 */
const ANSWER =
  '4c000000030000000000000000000000010000000100000000000000010000002800000000000000010000004ed0c80d0e0c0000000000000000000000000000000000000000000000000000';
const FORK =
  '4c00000003000000010000000000000001000000010000000100000000000000280000000100000001000000f748cc0d0e0c0000db3e0000db3e0000dd3e0000dd3e00000000000000000000';
const EXEC =
  '4c0000000300000001000000000000000100000001000000010000000000000028000000020000000000000081f9d60d0e0c0000dd3e0000dd3e000000000000000000000000000000000000';
const EXIT =
  '4c000000030000000100000000000000010000000100000000000000000000002800000000000080000000002700d10d0e0c0000d83e0000d83e000000030000110000005f3e00005f3e0000';

const captured = Buffer.from(ANSWER + FORK + EXEC + EXIT, 'hex');
const EVENTS = [
  { what: 'answer', error: 0 },
  { what: 'fork', pid: 16093, parent: 16091 },
  { what: 'exec', pid: 16093 },
  { what: 'exit', pid: 16088, status: 0x300, parent: 15967 },
];

describe.runIf(endianness() === 'LE')('process events', () => {
  it('are read from what the kernel wrote', () => {
    const events = new ProcessEventDecoder().push(captured);
    expect(events).toMatchObject(EVENTS);
    const times = events.flatMap((event) => ('seconds' in event ? [event.seconds] : []));
    // The timestamps in nanoseconds, at byte 44.
    const nanoseconds = [FORK, EXEC, EXIT].map((hex) => Number(Buffer.from(hex, 'hex').readBigUInt64LE(44)));
    expect(times).toEqual(nanoseconds.map((time) => time / 1e9));
  });

  it('are the same wherever the stream is cut', () => {
    const whole = new ProcessEventDecoder().push(captured);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: captured.length }), { maxLength: 8 }), (cuts) => {
        const decoder = new ProcessEventDecoder();
        const edges = [0, ...cuts.toSorted((a, b) => a - b), captured.length];
        const parts = edges.slice(1).map((edge, index) => captured.subarray(edges[index], edge));
        expect(parts.flatMap((part) => decoder.push(Buffer.from(part)))).toEqual(whole);
      }),
    );
  });

  it('leave threads out: their pid is another than that of their process', () => {
    const thread = Buffer.from(FORK, 'hex');
    thread.writeUInt32LE(16099, 60);
    const end = Buffer.from(EXIT, 'hex');
    end.writeUInt32LE(16099, 52);
    expect(new ProcessEventDecoder().push(Buffer.concat([thread, end]))).toEqual([]);
  });

  it('name a process that takes a name, its bytes escaped', () => {
    const named = Buffer.from(EXIT, 'hex');
    named.writeUInt32LE(0x200, 36);
    named.fill(0, 60);
    named.write('perl\n-fcgi', 60);
    expect(new ProcessEventDecoder().push(named)).toMatchObject([
      { what: 'named', pid: 16088, command: 'perl\\n-fcgi' },
    ]);
  });

  it('say where some were lost, and refuse what is no message', () => {
    const lost = Buffer.alloc(LOST_LENGTH);
    lost.writeUInt32LE(LOST_LENGTH, 0);
    expect(new ProcessEventDecoder().push(lost)).toEqual([{ what: 'lost' }]);
    expect(() => new ProcessEventDecoder().push(Buffer.alloc(64))).toThrow('no netlink message');
  });
});
