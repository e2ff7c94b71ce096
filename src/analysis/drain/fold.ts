import { type ConnectionCount, ConnectionSeries } from './connection-series.ts';
import { holdingOf } from './holding.ts';
import { bornBetween, type FileRecord, type LifeRecord, newLife, openConnections } from './life-record.ts';
import type { DrainItem, FileSight, Over, PortHolder, ProcessSight, SocketSight } from './observation.ts';
import { type Direction, newSocket, seeSocket } from './socket-record.ts';

type Item<K extends DrainItem['kind']> = Extract<DrainItem, { readonly kind: K }>;

/** The signal that began a shutdown, or the sign by which it was known. */
export interface Begin {
  /** Seconds since the following began. */
  readonly seconds: number;
  /** Number; null where somebody else sent it. */
  readonly signal: number | null;
  /** `SIGTERM`; of somebody else's shutdown the sign it was known by. */
  readonly name: string;
  /** Whom it was sent to. */
  readonly lives: readonly number[];
}

/** SIGKILL, signal(7). */
const KILL = 9;

/** Takes what is seen of a shutdown, item by item, and keeps what is needed to judge it: memory grows with what was open, not with time. */
export class DrainFold {
  readonly lives: LifeRecord[] = [];
  begin: Begin | null = null;
  over: { readonly why: Over; readonly seconds: number; readonly ports: readonly PortHolder[] } | null = null;
  /** Looks at everybody, and the longest time between two, seconds. */
  looks = 0;
  longestGap = 0;
  seconds = 0;
  /** Addresses that are or were listened on, with the port that makes a connection an incoming one. */
  readonly #ports = new Set<string>();
  readonly #series = new ConnectionSeries();
  #lastWhole: number | null = null;

  get series(): readonly ConnectionCount[] {
    return this.#series.counts;
  }

  take(item: DrainItem): void {
    this.seconds = item.seconds;
    switch (item.kind) {
      case 'life':
        this.lives[item.life] = newLife(item.life, item.fact, item.seconds);
        break;
      case 'sent':
        this.#sent(item);
        break;
      case 'began':
        this.#begin({ seconds: item.seconds, signal: null, name: item.sign, lives: [] });
        break;
      case 'look':
        this.#look(item);
        break;
      case 'end':
        this.#end(item);
        break;
      case 'ending':
        this.#ending(item);
        break;
      case 'fates':
        this.lives[item.life].fates = item.fates;
        break;
      case 'over':
        this.over = { why: item.why, seconds: item.seconds, ports: item.ports };
    }
  }

  #sent({ seconds, signal, name, lives }: Item<'sent'>): void {
    if (this.begin === null) this.#begin({ seconds, signal, name, lives });
    else if (signal === KILL) for (const life of lives) this.lives[life].killed = seconds;
  }

  #begin(begin: Begin): void {
    this.begin = begin;
    for (const life of this.lives) {
      life.before = holdingOf(life);
      for (const file of life.files.values()) file.atBegin = file.size;
    }
  }

  #look({ seconds, whole, sights }: Item<'look'>): void {
    for (const { sockets } of sights) {
      for (const { state, local } of sockets) if (state === 'LISTEN') this.#ports.add(portKey(local));
    }
    for (const sight of sights) this.#see(this.lives[sight.life], sight, seconds);
    if (!whole) return;
    this.looks++;
    if (this.#lastWhole !== null) this.longestGap = Math.max(this.longestGap, seconds - this.#lastWhole);
    this.#lastWhole = seconds;
    const judged = this.lives.filter(({ fact, end }) => fact.role !== 'beside' && end === null);
    const count = (direction: 'in' | 'out') =>
      new Set(judged.flatMap((life) => openConnections(life, direction).map(({ inode }) => inode))).size;
    this.#series.add({ seconds, in: count('in'), out: count('out') });
  }

  #see(life: LifeRecord, { table, sockets, files, exiting, pending }: ProcessSight, seconds: number): void {
    life.pending = pending;
    if (table === null) {
      life.refused = true;
      return;
    }
    // Whoever is on its way out has lost its table before it is gone; what it held stands as it was seen last.
    if (exiting && table.size === 0) return;
    if (this.begin !== null && life.looked !== null) life.opened += bornBetween(life.table, table);
    life.looked = seconds;
    life.lookedAtExit = exiting;
    life.table = table;
    this.#seeSockets(life, sockets, seconds);
    seeFiles(life, files, seconds, this.begin !== null);
  }

  #seeSockets(life: LifeRecord, sights: readonly SocketSight[], seconds: number): void {
    const atFirst = this.looks === 0;
    const seen = new Set<string>();
    for (const sight of sights) {
      seen.add(sight.inode);
      const known = life.sockets.get(sight.inode);
      const direction = this.#directionOf(sight);
      if (known?.direction === direction) {
        seeSocket(known, sight, seconds);
        continue;
      }
      // A socket gets its name a moment after it came.
      const first = known?.first ?? seconds;
      life.sockets.set(sight.inode, newSocket(sight, direction, first, atFirst));
    }
    for (const socket of life.sockets.values()) {
      if (socket.gone === null && !seen.has(socket.inode)) socket.gone = seconds;
    }
  }

  #directionOf({ kind, state, local }: SocketSight): Direction {
    if (kind === 'unnamed' || kind === 'other') return kind;
    if (state === 'LISTEN') return 'listener';
    return this.#ports.has(portKey(local)) ? 'in' : 'out';
  }

  #ending({ life: index, ending }: Item<'ending'>): void {
    const life = this.lives[index];
    if (life.end !== null) life.end = { ...life.end, ending };
  }

  #end({ life: index, seconds, ending }: Item<'end'>): void {
    const life = this.lives[index];
    life.end = { seconds, ending };
    for (const parent of this.lives) {
      if (parent.fact.pid === life.fact.parent && parent.end === null) parent.childEnded = seconds;
    }
  }
}

function seeFiles(life: LifeRecord, sights: readonly FileSight[], seconds: number, begun: boolean): void {
  for (const file of life.files.values()) file.held = false;
  for (const sight of sights) {
    const known = life.files.get(sight.key);
    if (known) {
      const grew = sight.size > known.size;
      if (grew) {
        known.grew = seconds;
        known.growths++;
      }
      known.size = sight.size;
      known.held = true;
      continue;
    }
    const file: FileRecord = {
      ...sight,
      before: sight.size,
      atBegin: begun ? sight.size : null,
      grew: null,
      growths: 0,
      held: true,
    };
    life.files.set(sight.key, file);
  }
}

/** What makes a connection an incoming one: the port of its own end, or the path. */
function portKey(local: string): string {
  return local.startsWith('/') || local.startsWith('@') ? local : local.slice(local.lastIndexOf(':'));
}
