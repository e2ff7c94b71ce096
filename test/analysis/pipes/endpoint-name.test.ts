import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedEnds, peerOf, queuesOf } from '../../../src/analysis/pipes/endpoint-name.ts';

describe('other ends in a name', () => {
  it('are read as lsof 4.95 prints them', () => {
    expect(namedEnds('pipe 23714,bash,251w 23728,python3,4r')).toEqual([
      { pid: 23714, command: 'bash', number: 251, access: 'w' },
      { pid: 23728, command: 'python3', number: 4, access: 'r' },
    ]);
    const unix = 'type=STREAM ->INO=8924535 23728,python3,4u (CONNECTED)';
    expect(namedEnds(unix)).toEqual([{ pid: 23728, command: 'python3', number: 4, access: 'u' }]);
    expect(peerOf(unix)).toBe('8924535');
    expect(peerOf('->0x9f1c2d3e4b5a6978')).toBe('0x9f1c2d3e4b5a6978');
    expect(namedEnds('pipe')).toEqual([]);
  });

  it('are told whatever commands are called', () => {
    const command = fc.stringMatching(/^[a-z ,()]{1,12}$/).filter((text) => text.trim() === text);
    const end = fc.record({
      pid: fc.integer({ min: 1, max: 4_194_304 }),
      command,
      number: fc.integer({ min: 0, max: 1_048_576 }),
      access: fc.constantFrom('r' as const, 'w' as const, 'u' as const),
    });
    fc.assert(
      fc.property(fc.array(end, { minLength: 1, maxLength: 5 }), (ends) => {
        const name = `pipe ${ends.map(({ pid, command: label, number, access }) => `${pid},${label},${number}${access}`).join(' ')}`;
        expect(namedEnds(name)).toEqual(ends);
      }),
    );
  });
});

describe('queues in a name', () => {
  it('are those of lsof -T qs', () => {
    expect(queuesOf('127.0.0.1:1->127.0.0.1:2 (ESTABLISHED QR=5 QS=2756841)')).toEqual({ receive: 5, send: 2_756_841 });
    expect(queuesOf('*:80 (LISTEN)')).toBeNull();
  });
});
