import type { ProcessSummary } from '../process/process-summary.ts';
import type { End, EndFile } from './end.ts';
import type { Ends } from './ends.ts';
import type { BlockedFact, Observation } from './observation.ts';
import type { BacklogEntry, BlockedThread, EndHolder, PairEnd, PairEntry, PipeEntry, QueueEntry } from './pipe-data.ts';
import { pipeState, secondsToFull } from './pipe-state.ts';

export interface EntryContext {
  readonly ends: Ends;
  readonly seen: Observation;
  /** The look before, for rates. */
  readonly before: Observation | null;
  /** Whether the machine itself was looked at, so that an end nobody holds can be told. */
  readonly live: boolean;
}

/** Everything that has two ends, put together from who holds it and what the kernel says of it. */
export class Entries {
  readonly #context: EntryContext;
  readonly #blocked = new Map<string, BlockedThread[]>();
  readonly #keys = new Map<PipeEntry, string>();

  constructor(context: EntryContext) {
    this.#context = context;
    for (const fact of context.seen.blocked) {
      this.#blocked.set(fact.key, [...(this.#blocked.get(fact.key) ?? []), threadOf(fact)]);
    }
  }

  pipes(): PipeEntry[] {
    const { ends } = this.#context;
    return ends.files
      .filter(({ chosen, kind }) => chosen && (kind === 'pipe' || kind === 'fifo'))
      .map((file) => this.#pipe(file))
      .sort(
        (a, b) =>
          weight(b) - weight(a) ||
          (b.share ?? -1) - (a.share ?? -1) ||
          b.blocked.length - a.blocked.length ||
          Number(a.node) - Number(b.node) ||
          0,
      );
  }

  /** What looks call a pipe. */
  keyOf(pipe: PipeEntry): string | null {
    return this.#keys.get(pipe) ?? null;
  }

  #pipe(file: EndFile): PipeEntry {
    const { seen, live } = this.#context;
    const { key, node, name, readers, writers, untold } = file;
    const fill = seen.fills.get(key);
    const flags = seen.flags.get(key);
    const blocked = this.#blockedOn(key);
    const known = fill && 'queued' in fill ? fill : null;
    const rate = known && this.#rate(key, known.queued);
    const all = [...file.ends, ...file.named];
    const is = (access: 'r' | 'w') => file.named.some((end) => end.access === access || end.access === 'u');
    const [read, written] = [readers > 0 || is('r'), writers > 0 || is('w')];
    const told = live && untold === 0;
    // A writer that sleeps in a pipe says by itself that there is no room for what it writes.
    const waits = blocked.some(({ direction }) => direction === 'write');
    const pipe: PipeEntry = {
      kind: file.kind === 'fifo' ? 'fifo' : 'pipe',
      node,
      name,
      state: waits ? 'full' : known ? pipeState(known, flags?.packets ?? false) : 'unknown',
      queued: known?.queued ?? null,
      capacity: known?.capacity ?? null,
      share: known && known.capacity > 0 ? known.queued / known.capacity : null,
      why: fill && 'why' in fill ? fill.why : null,
      rate,
      fullIn: known && secondsToFull(known, rate),
      packets: flags?.packets ?? null,
      nonblocking: flags?.nonblocking ?? null,
      readers: readers + file.named.filter(({ access }) => access !== 'w').length,
      writers: writers + file.named.filter(({ access }) => access !== 'r').length,
      ends: this.#holders(all),
      missing: !told ? null : !read ? 'reader' : !written ? 'writer' : null,
      alone: read && written && new Set(all.map(({ pid }) => pid)).size === 1 && file.processes === 1,
      blocked,
    };
    this.#keys.set(pipe, key);
    return pipe;
  }

  #rate(key: string, queued: number): number | null {
    const { before, seen } = this.#context;
    const then = before?.fills.get(key);
    if (!before || !then || !('queued' in then) || seen.seconds <= before.seconds) return null;
    return (queued - then.queued) / (seen.seconds - before.seconds);
  }

  pairs(): PairEntry[] {
    const { ends, seen } = this.#context;
    const sockets = ends.files.filter(({ kind }) => kind === 'unix');
    const byNode = new Map(sockets.map((file) => [file.node, file]));
    const done = new Set<string>();
    const pairs: PairEntry[] = [];
    for (const file of sockets) {
      const fact = file.node === null ? undefined : seen.unix.get(file.node);
      if (done.has(file.key) || fact?.listening === true || file.state === 'LISTEN') continue;
      const peer = fact?.peer ?? file.peer;
      if (peer === null && file.state !== null && file.state !== 'CONNECTED' && file.named.length === 0) continue;
      const other = peer === null ? undefined : byNode.get(peer);
      if (other) done.add(other.key);
      if (!(file.chosen || other?.chosen === true)) continue;
      const found = [this.#pairEnd(file.key, file.node, file), ...this.#otherEnd(peer, other, file)];
      const all = found.flatMap((end) => end.ends.map(({ pid }) => pid));
      const several = file.processes > 1 || (other?.processes ?? 1) > 1;
      const alone =
        found.length === 2 && found.every((end) => end.ends.length > 0) && new Set(all).size === 1 && !several;
      pairs.push({ type: file.protocol, sockets: found, alone });
    }
    return pairs.sort((a, b) => pairWeight(b) - pairWeight(a) || waitsIn(b) - waitsIn(a));
  }

  #otherEnd(peer: string | null, other: EndFile | undefined, file: EndFile): PairEnd[] {
    if (other) return [this.#pairEnd(other.key, other.node, other)];
    // Nobody that can be seen holds it: the kernel, or the listing's name, may know more.
    if (peer === null && file.named.length === 0) return [];
    return [{ ...this.#pairEnd(`unix ${peer}`, peer, null), ends: this.#holders(file.named) }];
  }

  #pairEnd(key: string, node: string | null, file: EndFile | null): PairEnd {
    const fact = node === null ? undefined : this.#context.seen.unix.get(node);
    return {
      node,
      name: file?.name ?? null,
      receive: fact?.receive ?? null,
      send: fact?.send ?? null,
      buffer: fact?.buffer ?? null,
      ends: this.#holders(file?.ends ?? []),
      blocked: this.#blockedOn(key),
    };
  }

  queues(): QueueEntry[] {
    return this.#inet()
      .flatMap((file): QueueEntry[] => {
        const fact = file.node === null ? undefined : this.#context.seen.tcp.get(file.node);
        if (fact?.listening === true || file.state === 'LISTEN') return [];
        const receive = fact?.receive ?? file.queued?.receive ?? 0;
        const send = fact?.send ?? file.queued?.send ?? 0;
        const blocked = this.#blockedOn(file.key).filter(({ direction }) => direction === 'write');
        if (receive + send === 0 && blocked.length === 0) return [];
        return [
          {
            node: file.node,
            local: fact?.local ?? file.local,
            remote: fact?.remote ?? file.remote,
            state: file.state,
            receive,
            send,
            stalled: fact?.windowClosed === true ? 'window closed' : fact?.resending === true ? 'resending' : null,
            ends: this.#holders(file.ends),
            blocked,
          },
        ];
      })
      .sort((a, b) => b.blocked.length - a.blocked.length || b.send + b.receive - a.send - a.receive);
  }

  backlogs(): BacklogEntry[] {
    const { ends, seen } = this.#context;
    const found: BacklogEntry[] = [];
    const add = (
      file: EndFile,
      protocol: 'TCP' | 'unix',
      waiting: number,
      limit: number | null,
      ceiling: number | null,
    ) =>
      found.push({
        protocol,
        node: file.node,
        local: protocol === 'TCP' ? file.local : file.name,
        waiting,
        limit,
        ceiling,
        share: limit === null || limit <= 0 ? null : waiting / limit,
        ends: this.#holders(file.ends),
      });
    for (const file of this.#inet()) {
      const fact = file.node === null ? undefined : seen.tcp.get(file.node);
      if (fact?.listening === true) add(file, 'TCP', fact.receive, fact.limit, fact.ceiling);
      else if (!fact && file.state === 'LISTEN' && file.queued) add(file, 'TCP', file.queued.receive, null, null);
    }
    for (const file of ends.files) {
      const fact = file.kind === 'unix' && file.chosen && file.node !== null ? seen.unix.get(file.node) : undefined;
      if (fact?.listening === true) add(file, 'unix', fact.receive, fact.send, null);
    }
    return found.sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || b.waiting - a.waiting);
  }

  #inet(): EndFile[] {
    return this.#context.ends.files.filter(({ kind, chosen }) => kind === 'inet' && chosen);
  }

  #blockedOn(key: string): readonly BlockedThread[] {
    return this.#blocked.get(key) ?? [];
  }

  #holders(ends: readonly (End & { readonly command?: string })[]): EndHolder[] {
    return ends.map(({ pid, number, access, command }) => {
      const summary: ProcessSummary | undefined = this.#context.ends.processes.get(pid);
      return {
        pid: pid < 0 ? null : pid,
        command: summary?.command ?? command ?? null,
        user: summary?.user ?? null,
        fd: number,
        access,
      };
    });
  }
}

function threadOf({ pid, tid, task, call, descriptor, direction, size, wchan }: BlockedFact): BlockedThread {
  return { pid, tid, task, call, fd: descriptor, direction, size, wchan };
}

const WEIGHTS = { full: 3, high: 2, packets: 1, normal: 0, unknown: 0 } as const;

function weight({ state, blocked }: PipeEntry): number {
  return WEIGHTS[state] + (blocked.some(({ direction }) => direction === 'write') ? 4 : 0);
}

function pairWeight({ sockets }: PairEntry): number {
  return sockets.flatMap(({ blocked }) => blocked).filter(({ direction }) => direction === 'write').length;
}

/** Bytes that wait in a pair; -1 where nobody was asked. */
export function waitsIn({ sockets }: PairEntry): number {
  return sockets.reduce((sum, { receive }) => sum + (receive ?? -1), 0);
}
