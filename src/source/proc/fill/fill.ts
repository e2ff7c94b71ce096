import type { FillAnswer, FillQuestion, FillReader } from './fill-call.ts';
import { ffiReader } from './fill-ffi.ts';
import { perlReader } from './fill-perl.ts';

export type FillMethod = 'koffi' | 'perl';

export interface FillReading {
  /** null where there is none: `why` says what would bring one. */
  readonly method: FillMethod | null;
  readonly why: string | null;
  readonly answers: readonly FillAnswer[];
}

/** FIONREAD of asm-generic/ioctls.h; the numbers of mips, powerpc and sparc are others. */
const GENERIC = new Set(['x64', 'arm64', 'arm', 'ia32', 'riscv64', 'loong64', 's390x']);

/** Both need a C library's `ioctl`, which Node has not: the first that is there is taken. */
const READERS: Readonly<Record<FillMethod, () => FillReader | null>> = { koffi: ffiReader, perl: perlReader };

/**
 * Asks the kernel how full pipes are. Everything that is opened for it is closed before the next one is, and nothing is
 * read from any. Needs the right to trace the holders (ptrace(2)).
 */
export function readFill(
  questions: readonly FillQuestion[],
  methods: readonly FillMethod[] = ['koffi', 'perl'],
): FillReading {
  if (!GENERIC.has(process.arch)) {
    return { method: null, why: `the ioctl that tells has another number on ${process.arch}`, answers: [] };
  }
  for (const method of methods) {
    const reader = READERS[method]();
    const answers = questions.length === 0 ? [] : reader?.(questions);
    if (reader && answers) return { method, why: null, answers };
  }
  return {
    method: null,
    why: `Node has no ioctl(2): install the optional package @koromix/koffi-linux-${process.arch}, or perl as /usr/bin/perl`,
    answers: [],
  };
}
