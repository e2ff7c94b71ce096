import type { End, EndFile } from '../../analysis/pipes/end.ts';
import type { FillFact, UnixFact, WriteFlags } from '../../analysis/pipes/observation.ts';
import { opensPackets, opensWithoutBlocking } from '../../source/proc/descriptor/fdinfo.ts';
import { tryFdInfo } from '../../source/proc/file/inode.ts';
import { type FillMethod, readFill } from '../../source/proc/fill/fill.ts';
import type { FillQuestion } from '../../source/proc/fill/fill-call.ts';

export interface FillLook {
  readonly method: FillMethod | null;
  readonly why: string | null;
  /** By key. */
  readonly fills: ReadonlyMap<string, FillFact>;
  /** Of unix sockets, by inode: asked for one by one where nothing else tells. */
  readonly unix: ReadonlyMap<string, UnixFact>;
}

const NO_WRITER = 'no write end can be seen, so that nothing can be asked gently';

/** How full these pipes are, all in one look; with `sockets` what waits in unix sockets too. */
export function lookAtFill(files: readonly EndFile[], sockets: boolean, methods?: readonly FillMethod[]): FillLook {
  const fills = new Map<string, FillFact>();
  const unix = new Map<string, UnixFact>();
  const questions: FillQuestion[] = [];
  const nodes = new Map<string, string>();
  for (const file of files) {
    const { key, kind, node } = file;
    if (kind === 'inet' || node === null || (kind === 'unix' && (!sockets || file.state !== 'CONNECTED'))) continue;
    const question = kind === 'unix' ? socketQuestion(file, node) : pipeQuestion(file, node);
    if (question) questions.push(question);
    else if (kind !== 'unix') fills.set(key, { why: NO_WRITER });
    if (kind === 'unix') nodes.set(key, node);
  }
  const { method, why, answers } = readFill(questions, methods);
  for (const answer of answers) {
    const node = nodes.get(answer.key);
    if (node === undefined) fills.set(answer.key, withoutKey(answer));
    else if ('queued' in answer) {
      const { queued, capacity } = answer;
      unix.set(node, { peer: null, receive: queued, send: capacity, buffer: null, listening: false });
    }
  }
  return { method, why, fills, unix };
}

function withoutKey(answer: FillFact): FillFact {
  return 'why' in answer ? { why: answer.why } : { queued: answer.queued, capacity: answer.capacity };
}

type Numbered = End & { readonly number: number };

function isNumbered(end: End): end is Numbered {
  return end.number !== null && end.pid > 0;
}

function pipeQuestion({ key, ends }: EndFile, node: string): FillQuestion | null {
  const known = ends.filter(isNumbered);
  const writer = known.find(({ access }) => access === 'w') ?? known.find(({ access }) => access === 'u');
  if (!writer) return null;
  const reader = known.find(({ access }) => access === 'r');
  const readEnd = reader ? { pid: reader.pid, descriptor: reader.number } : null;
  return { key, kind: 'pipe', node, pid: writer.pid, descriptor: writer.number, readEnd };
}

function socketQuestion({ key, ends }: EndFile, node: string): FillQuestion | null {
  const end = ends.find(isNumbered);
  return end ? { key, kind: 'socket', node, pid: end.pid, descriptor: end.number, readEnd: null } : null;
}

/** How the write ends of pipes are opened, by key; those that may not be looked at are left out. */
export function lookAtFlags(root: string, files: readonly EndFile[]): Map<string, WriteFlags> {
  const found = new Map<string, WriteFlags>();
  for (const { key, kind, ends } of files) {
    if (kind !== 'pipe' && kind !== 'fifo') continue;
    const writers = ends.filter(({ access, number }) => access !== 'r' && number !== null);
    const flags = writers.flatMap(({ pid, number }) => tryFdInfo(`${root}/${pid}/fdinfo/${number}`)?.flags ?? []);
    if (flags.length === 0) continue;
    // Flags are of the description, of which a pipe may have several: one that writes packets is enough.
    found.set(key, { packets: flags.some(opensPackets), nonblocking: flags.every(opensWithoutBlocking) });
  }
  return found;
}
