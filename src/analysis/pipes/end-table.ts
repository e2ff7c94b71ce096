import { cellText, classOf } from '../../model/classify.ts';
import { accessOf, parseFdCell } from '../../model/fd-cell.ts';
import { nameFacts } from '../../model/name.ts';
import { Cell, Num, type RowBatch } from '../../model/row-batch.ts';
import type { End, EndFile, FileKind, NamedEnd } from './end.ts';
import { type EndIdentity, identityOf } from './end-key.ts';
import { namedEnds, peerOf, queuesOf } from './endpoint-name.ts';

/** Pipes and sockets that are told apart; descriptors of those beyond are counted. */
const TRACKED = 1 << 17;
/** Ends of one file that are kept. */
const ENDS = 32;

class Found {
  readonly key: string;
  readonly kind: FileKind;
  readonly node: string | null;
  readonly ends: End[] = [];
  named: readonly NamedEnd[] = [];
  name: string | null = null;
  state: string | null = null;
  protocol: string | null = null;
  local: string | null = null;
  remote: string | null = null;
  peer: string | null = null;
  queued: EndFile['queued'] = null;
  readers = 0;
  writers = 0;
  untold = 0;
  processes = 0;
  lastPid = Number.NaN;

  constructor({ key, kind, node }: EndIdentity) {
    this.key = key;
    this.kind = kind;
    this.node = node;
  }

  add(end: End): void {
    if (end.pid !== this.lastPid && !this.ends.some(({ pid }) => pid === end.pid)) this.processes++;
    this.lastPid = end.pid;
    const first =
      (end.access === 'r' && this.readers === 0) ||
      (end.access === 'w' && this.writers === 0) ||
      (end.access === 'u' && this.readers * this.writers === 0);
    if (end.access === null) this.untold++;
    else {
      if (end.access !== 'w') this.readers++;
      if (end.access !== 'r') this.writers++;
    }
    if (this.ends.length < ENDS) this.ends.push(end);
    // Of each kind one is needed to ask by.
    else if (first) this.ends[ENDS - 1] = end;
  }
}

/**
 * Collects pipes, FIFOs, unix and internet sockets with their holders, each inode once over all processes. Memory is
 * bounded: 131,072 are told apart, 32 ends of each are kept.
 */
export class EndTable {
  readonly #files = new Map<string, Found>();
  readonly #chosen = new Set<string>();
  /** Descriptors of files beyond those told apart. */
  untracked = 0;
  /** Descriptors of which the source does not say what they are of. */
  unidentified = 0;

  /** A descriptor row. */
  add(batch: RowBatch, row: number): void {
    const identity = identityOf(batch, row);
    if (identity === null) {
      this.unidentified++;
      return;
    }
    let file = this.#files.get(identity.key);
    if (!file) {
      if (this.#files.size >= TRACKED) {
        this.untracked++;
        return;
      }
      file = new Found(identity);
      this.#files.set(identity.key, file);
    }
    describe(file, batch, row);
    const { number, access } = parseFdCell(cellText(batch, row, Cell.fd) ?? '');
    const said = cellText(batch, row, Cell.access);
    const pid = (batch.numbers[Num.pid] as Int32Array)[row] as number;
    file.add({ pid, number, access: (said === null ? null : accessOf(said)) ?? access });
  }

  /** A row that the filters let through. */
  choose(batch: RowBatch, row: number): void {
    const identity = identityOf(batch, row);
    if (identity !== null) this.#chosen.add(identity.key);
  }

  /** @param all whether no filter chose any */
  finish(all: boolean): EndFile[] {
    return [...this.#files.values()].map(
      (found): EndFile => ({
        key: found.key,
        kind: found.kind,
        node: found.node,
        name: found.name,
        state: found.state,
        protocol: found.protocol,
        local: found.local,
        remote: found.remote,
        peer: found.peer,
        queued: found.queued,
        ends: found.ends.toSorted((a, b) => a.pid - b.pid || (a.number ?? -1) - (b.number ?? -1)),
        readers: found.readers,
        writers: found.writers,
        untold: found.untold,
        processes: found.processes,
        named: found.named.filter(
          (end) => !found.ends.some(({ pid, number }) => pid === end.pid && number === end.number),
        ),
        chosen: all || this.#chosen.has(found.key),
      }),
    );
  }
}

function describe(file: Found, batch: RowBatch, row: number): void {
  const name = cellText(batch, row, Cell.name)?.trimEnd() ?? '';
  if (file.ends.length > 0) {
    file.queued ??= queuesOf(name);
    return;
  }
  const { target, state, protocol, local, remote } = nameFacts(batch, row, classOf(batch, row));
  file.state = state;
  file.protocol = protocol;
  file.local = local;
  file.remote = remote;
  // `socket` and `pipe` are what lsof writes where there is no name.
  file.name = file.kind === 'pipe' || target === 'socket' || target?.startsWith('type=') === true ? null : target;
  file.queued = file.kind === 'inet' ? queuesOf(name) : null;
  file.peer = file.kind === 'unix' ? peerOf(name.replace(/ \d+,.*$/, '').replace(/ \([A-Z_]+\)$/, '')) : null;
  if (file.kind !== 'inet') file.named = namedEnds(name.startsWith('/') ? name.slice((target ?? '').length) : name);
}
