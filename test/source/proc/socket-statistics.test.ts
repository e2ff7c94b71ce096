import { describe, expect, it } from 'vitest';
import { parseUnixStatistics } from '../../../src/source/proc/network/socket-statistics.ts';

const MEMORY = 'skmem:(r0,rb212992,t161280,tb212992,f0,w0,o0,bl0,d0)';
const PAIR = [
  `u_str ESTAB 0      161280 * 8924535 * 8924534 ${MEMORY}`,
  'u_str ESTAB 210    0      * 8924534 * 8924535 skmem:(r161280,rb212992,t0,tb212992,f0,w0,o0,bl0,d0)     ',
];

describe('what ss -x prints', () => {
  it('tells both ends, what waits, and the send buffer', () => {
    const found = parseUnixStatistics(PAIR.join('\n'));
    expect(found.get('8924535')).toEqual({
      peer: '8924534',
      receive: 0,
      send: 161_280,
      buffer: 212_992,
      listening: false,
    });
    expect(found.get('8924534')).toMatchObject({ peer: '8924535', receive: 210 });
  });

  it('may have the memory on a line of its own, or not at all', () => {
    const [line = ''] = PAIR;
    const apart = line.replace(` ${MEMORY}`, ` \n\t ${MEMORY}`);
    expect(parseUnixStatistics(apart)).toEqual(parseUnixStatistics(line));
    expect(parseUnixStatistics(line.replace(MEMORY, '')).get('8924535')).toMatchObject({ send: 161_280, buffer: null });
  });

  it('has listeners, datagrams and paths with anything in them', () => {
    const found = parseUnixStatistics(
      [
        `u_str LISTEN 2 3 /run/a socket 5 * 6 skmem:(r0) 9001 * 0 ${MEMORY}`,
        `u_dgr UNCONN 0 0 @/tmp/x 9002 * 0 ${MEMORY}`,
        `u_seq ESTAB 0 0 * 9003 * 9004 ${MEMORY}`,
        'what is this line',
        '',
      ].join('\n'),
    );
    expect([...found.keys()]).toEqual(['9001', '9002', '9003']);
    expect(found.get('9001')).toMatchObject({ peer: null, receive: 2, send: 3, listening: true });
  });

  it('believes no line of two that speak of one socket', () => {
    const lie = `u_str ESTAB 77 77 * 8924535 * 1 ${MEMORY}`;
    expect(parseUnixStatistics([...PAIR, lie].join('\n')).has('8924535')).toBe(false);
    expect(parseUnixStatistics([...PAIR, lie, lie].join('\n')).has('8924535')).toBe(false);
  });
});
