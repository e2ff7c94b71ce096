import { existsSync } from 'node:fs';
import { childProcess } from './child-process.ts';

/** Where perl-base puts it, an essential package of Debian; others have it there too. Never looked up in PATH: we may be root. */
const PERL = '/usr/bin/perl';
/** ms. It needs about 5; a machine so loaded that it takes longer is better left alone. */
const TIMEOUT = 2000;

/** System call numbers Node has no function for, per architecture (kcmp(2), getxattr(2)). */
const CALLS: Readonly<Record<string, { readonly kcmp: number; readonly getxattr: number }>> = {
  x64: { kcmp: 312, getxattr: 191 },
  arm64: { kcmp: 272, getxattr: 8 },
  riscv64: { kcmp: 272, getxattr: 8 },
  loong64: { kcmp: 272, getxattr: 8 },
  s390x: { kcmp: 343, getxattr: 227 },
  ppc64: { kcmp: 354, getxattr: 212 },
};

/** The path of perl; null where there is none. */
export function perlPath(): string | null {
  return process.platform === 'linux' && existsSync(PERL) ? PERL : null;
}

/** Runs a script over lines; null where perl is missing, too slow, or answers with another number of lines. */
export function perl(script: string, lines: readonly string[]): string[] | null {
  const path = perlPath();
  if (path === null) return null;
  const run = childProcess().spawnSync(path, ['-e', script], {
    input: `${lines.join('\n')}\n`,
    encoding: 'latin1',
    env: {},
    timeout: TIMEOUT,
    maxBuffer: 1 << 26,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (run.status !== 0) return null;
  const answers = run.stdout.split('\n');
  return answers.length === lines.length + 1 ? answers.slice(0, -1) : null;
}

/**
 * Protocol of each socket by its `/proc/PID/fd/N` path (the extended attribute `system.sockprotoname`): `TCP`, `UNIX`, `ALG`;
 * empty where the kernel gives none. Null where it cannot be asked.
 */
export function socketProtocols(paths: readonly string[]): string[] | null {
  const call = CALLS[process.arch]?.getxattr;
  if (call === undefined) return null;
  return perl(
    `$n="system.sockprotoname";while(<STDIN>){chomp;$b="\\0"x65;$r=syscall(${call},$_,$n,$b,64);` +
      `$p=$r>0?substr($b,0,$r):"";$p=~s/[^ -~]//g;print"$p\\n"}`,
    paths,
  );
}

/** Whether each pair of processes shares one descriptor table (kcmp(2) with KCMP_FILES). Null where it cannot be asked. */
export function sameTable(pairs: readonly (readonly [number, number])[]): boolean[] | null {
  const call = CALLS[process.arch]?.kcmp;
  if (call === undefined) return null;
  const answers = perl(
    `while(<STDIN>){/(\\d+) (\\d+)/;$a=$1+0;$b=$2+0;print syscall(${call},$a,$b,2,0,0),"\\n"}`,
    pairs.map(([a, b]) => `${a} ${b}`),
  );
  return answers?.map((answer) => answer === '0') ?? null;
}
