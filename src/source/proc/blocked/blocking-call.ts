/** What a thread does to a descriptor. */
export type Direction = 'read' | 'write';

/** A system call that can wait for a pipe or a socket, and which of its arguments is the descriptor. */
interface BlockingCall {
  readonly name: string;
  /** Index of the argument, from 0. */
  readonly argument: number;
  readonly direction: Direction;
  /** Bytes asked for: index of the argument; null where a structure says it. */
  readonly size: number | null;
}

function writes(name: string, size: number | null = null): readonly BlockingCall[] {
  return [{ name, argument: 0, direction: 'write', size }];
}

function reads(name: string, size: number | null = null): readonly BlockingCall[] {
  return [{ name, argument: 0, direction: 'read', size }];
}

/** Two descriptors in one call: where the thread sleeps tells which of them it waits for. */
function moves(name: string, from: number, to: number, size: number): readonly BlockingCall[] {
  return [
    { name, argument: to, direction: 'write', size },
    { name, argument: from, direction: 'read', size },
  ];
}

const CALLS = {
  read: reads('read', 2),
  write: writes('write', 2),
  readv: reads('readv'),
  writev: writes('writev'),
  preadv2: reads('preadv2'),
  pwritev2: writes('pwritev2'),
  sendfile: moves('sendfile', 1, 0, 3),
  splice: moves('splice', 0, 2, 4),
  tee: moves('tee', 0, 1, 2),
  vmsplice: writes('vmsplice'),
  sendto: writes('sendto', 2),
  recvfrom: reads('recvfrom', 2),
  sendmsg: writes('sendmsg'),
  recvmsg: reads('recvmsg'),
  sendmmsg: writes('sendmmsg'),
  recvmmsg: reads('recvmmsg'),
} as const;

type Numbers = Readonly<Record<number, keyof typeof CALLS>>;

/** arch/x86/entry/syscalls/syscall_64.tbl */
const X64: Numbers = {
  0: 'read',
  1: 'write',
  19: 'readv',
  20: 'writev',
  40: 'sendfile',
  44: 'sendto',
  45: 'recvfrom',
  46: 'sendmsg',
  47: 'recvmsg',
  275: 'splice',
  276: 'tee',
  278: 'vmsplice',
  299: 'recvmmsg',
  307: 'sendmmsg',
  327: 'preadv2',
  328: 'pwritev2',
};

/** include/uapi/asm-generic/unistd.h, which all newer architectures share. */
const GENERIC: Numbers = {
  63: 'read',
  64: 'write',
  65: 'readv',
  66: 'writev',
  71: 'sendfile',
  75: 'vmsplice',
  76: 'splice',
  77: 'tee',
  206: 'sendto',
  207: 'recvfrom',
  211: 'sendmsg',
  212: 'recvmsg',
  243: 'recvmmsg',
  269: 'sendmmsg',
  286: 'preadv2',
  287: 'pwritev2',
};

const NUMBERS: Readonly<Record<string, Numbers>> = { x64: X64, arm64: GENERIC, riscv64: GENERIC, loong64: GENERIC };

/** Whether the numbers of this architecture's calls are known. */
export function knowsCalls(architecture: string): boolean {
  return architecture in NUMBERS;
}

/** One thing that a thread waits for in a system call. */
export interface Wait {
  readonly call: string;
  readonly descriptor: number;
  readonly direction: Direction;
  /** Bytes asked for; null where the call does not say. */
  readonly size: number | null;
}

/**
 * What `/proc/PID/task/TID/syscall` says of a thread that sleeps in a call (proc_pid_syscall(5)): its number, then six
 * arguments, the stack pointer and the program counter in hexadecimal. None where it runs, or sleeps elsewhere.
 */
export function waitsOf(text: string, architecture: string): Wait[] {
  const [number = '', ...rest] = text.trim().split(/\s+/);
  const name = /^\d+$/.test(number) ? NUMBERS[architecture]?.[Number(number)] : undefined;
  if (name === undefined || rest.length < 6) return [];
  return CALLS[name].flatMap(({ argument, direction, size }) => {
    // An int: the upper half of the register is whatever it was.
    const descriptor = Number(BigInt.asIntN(32, BigInt(rest[argument] ?? '0')));
    if (descriptor < 0) return [];
    return [{ call: name, descriptor, direction, size: size === null ? null : Number(rest[size]) }];
  });
}
