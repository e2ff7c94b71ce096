import type { Expected, MatrixServer } from './matrix-server.ts';

const LEAK: Expected = { verdict: 'leak', rate: 1, class: 'regular', type: 'REG', target: /cat\.jpg$/ };
const INOTIFY: Expected = { verdict: 'leak', rate: 1, class: 'inotify', type: 'a_inode', target: /inotify/ };

function troubled(
  name: string,
  expected: Expected,
  words: readonly string[],
  more: Partial<MatrixServer> = {},
): MatrixServer {
  return { name, program: 'python', words, expected, ...more };
}

const LEAKS = ['--habit', 'leak:regular:1'];
const NOT_CLEAN = { verdict: 'not-clean' } as const;
const INCONCLUSIVE = { verdict: 'inconclusive' } as const;

/** Servers near a limit, and ones that break while they are measured. */
export const TROUBLED: readonly MatrixServer[] = [
  troubled('limit of 64', NOT_CLEAN, [...LEAKS, '--nofile', '64']),
  troubled('limit of 256', LEAK, [...LEAKS, '--nofile', '256']),
  troubled('limit of 256, 0.1', { ...LEAK, rate: 0.1 }, ['--habit', 'leak:regular:0.1', '--nofile', '256']),
  troubled('limit of 256 to its end', LEAK, [...LEAKS, '--nofile', '256'], { probe: ['--to-limit'] }),
  troubled('inotify instances run out', INOTIFY, ['--habit', 'leak:inotify:1']),
  troubled('inotify instances run out unnoticed', { ...INOTIFY, rate: 0.1 }, ['--habit', 'leak:inotify:0.1', '--calm']),
  troubled('dies after 300 requests', INCONCLUSIVE, ['--die', '300']),
  troubled('leaks and dies after 300 requests', NOT_CLEAN, [...LEAKS, '--die', '300']),
  troubled('starts again after 300 requests', INCONCLUSIVE, ['--die', '300', '--supervise']),
  troubled('hangs after 200 requests', INCONCLUSIVE, ['--hang', '200', '--way', 'threads']),
  troubled('answers 500 to all', { verdict: 'healthy', clean: true }, ['--status', '500']),
  troubled('resets every second connection', { verdict: 'healthy', clean: false }, ['--drop', '2']),
  troubled('leaks and resets every second connection', LEAK, [...LEAKS, '--drop', '2']),
  troubled('closes without an answer', INCONCLUSIVE, ['--silent']),
];
