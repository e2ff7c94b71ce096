import { LeaksofError } from '../../model/error.ts';
import { safeText } from '../../view/escape.ts';
import type { ExitCode, Surroundings } from '../definition.ts';
import { ClosedPipe } from '../output/output.ts';

/** What a system error's code means, in words. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'is a folder',
  EMFILE: 'leaksof itself has no free descriptor (raise its own limit: ulimit -n)',
  ENFILE: 'the system has no free open file',
  ENOSPC: 'no space left on the device',
};

/** Says on stderr what went wrong and what to do; the stack only with `--debug`. */
export function explain(error: unknown, around: Surroundings, debug: boolean): ExitCode {
  if (error instanceof ClosedPipe || codeOf(error) === 'EPIPE') return 0;
  const lines: string[] = [];
  let code: ExitCode = 2;
  if (error instanceof LeaksofError) {
    lines.push(error.message);
    if (error.hint !== null) lines.push(`  ${error.hint}`);
    code = error.exitCode;
  } else {
    lines.push(systemSentence(error) ?? `internal error: ${error instanceof Error ? error.message : String(error)}`);
    if (!debug && systemSentence(error) === null)
      lines.push('  this is a bug in leaksof; --debug prints where it happened');
  }
  const text = lines.map((line, i) => `${i === 0 ? 'leaksof: ' : ''}${safeText(line)}\n`).join('');
  around.stderr.write(debug && error instanceof Error ? `${text}${stackOf(error)}\n` : text);
  return code;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function systemSentence(error: unknown): string | null {
  const code = codeOf(error);
  if (code === null || !(error instanceof Error) || !('syscall' in error)) return null;
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
  return `${path}${SYSTEM[code] ?? error.message}`;
}

/** The stack with those of its causes, hostile bytes shown. */
function stackOf(error: Error): string {
  const lines: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    lines.push(...(at.stack ?? at.message).split('\n').map(safeText));
    if (at.cause instanceof Error) lines.push('caused by:');
  }
  return lines.join('\n');
}
