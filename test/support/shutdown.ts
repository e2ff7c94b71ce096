import { drainReport } from '../../src/analysis/drain/drain.ts';
import type { DrainData } from '../../src/analysis/drain/drain-data.ts';
import { DrainFold } from '../../src/analysis/drain/fold.ts';
import type {
  DrainRole,
  Ending,
  Fate,
  FileSight,
  Over,
  PortHolder,
  ProcessSight,
  SocketSight,
} from '../../src/analysis/drain/observation.ts';
import type { Report } from '../../src/model/report.ts';
import type { SignalMasks } from '../../src/model/signal-masks.ts';

export const MASKS: SignalMasks = {
  caught: 1n << 14n,
  ignored: 0n,
  blocked: 0n,
  awaited: 0n,
  waits: false,
  pending: 0n,
  init: false,
  stopped: false,
  searched: true,
};

const EXIT: Ending = { by: 'exit', code: 0, signal: null };
export const KILLED: Ending = { by: 'signal', code: null, signal: 9 };
export const UNSEEN: Ending = { by: null, code: null, signal: null };

/** Sockets by short names. */
export const listener = (inode = '1', waiting = 0): SocketSight =>
  socket(inode, '127.0.0.1:80', null, 'LISTEN', waiting);
export const incoming = (inode: string): SocketSight => socket(inode, '127.0.0.1:80', '10.0.0.9:5000', 'ESTABLISHED');
export const outgoing = (inode: string): SocketSight => socket(inode, '127.0.0.1:6000', '10.0.0.2:5432', 'ESTABLISHED');
export const unnamed = (inode: string): SocketSight => ({ ...socket(inode, '', null, ''), kind: 'unnamed' });

function socket(inode: string, local: string, remote: string | null, state: string, receiving = 0): SocketSight {
  return { inode, kind: 'tcp', local, remote, state, sending: 0, receiving };
}

/** A shutdown as a script: what is seen at which second. */
export class Shutdown {
  readonly fold = new DrainFold();

  life(
    life: number,
    fact: { pid?: number; role?: DrainRole; parent?: number; signals?: SignalMasks; seconds?: number } = {},
  ): this {
    const { pid = 100 + life, role = life === 0 ? 'asked' : 'descendant' } = fact;
    const { parent = 100, signals = MASKS, seconds = 0 } = fact;
    const known = { pid, startTime: null, command: 'app', role, parent, signals };
    this.fold.take({ kind: 'life', seconds, life, fact: known });
    return this;
  }

  /** What one process has at some moment; `null`: it may not be read. */
  look(
    seconds: number,
    sockets: readonly SocketSight[] | null,
    more: Partial<ProcessSight> & { partial?: true } = {},
  ): this {
    const { partial, ...sight } = more;
    const table = sockets === null ? null : new Map(sockets.map(({ inode }, i) => [i + 3, `socket:[${inode}]`]));
    this.fold.take({
      kind: 'look',
      seconds,
      whole: partial !== true,
      sights: [{ life: 0, exiting: false, pending: 0n, table, sockets: sockets ?? [], files: [], ...sight }],
    });
    return this;
  }

  sent(seconds: number, signal = 15, life = 0): this {
    this.fold.take({ kind: 'sent', seconds, signal, name: signal === 9 ? 'SIGKILL' : 'SIGTERM', lives: [life] });
    return this;
  }

  end(seconds: number, ending: Ending = EXIT, fates: readonly Fate[] = [], life = 0): this {
    this.fold.take({ kind: 'end', seconds, life, ending });
    this.fold.take({ kind: 'fates', seconds, life, fates });
    return this;
  }

  over(seconds: number, why: Over = 'all', ports: readonly PortHolder[] = []): Report<DrainData> {
    this.fold.take({ kind: 'over', seconds, why, ports });
    return this.report(true);
  }

  report(followed = false): Report<DrainData> {
    return drainReport(this.fold, {
      process: '100',
      signal: 15,
      followed,
      grace: 30,
      top: 20,
      hidden: [],
      source: { kind: 'live', name: 'host', dialect: 'proc', time: null },
    });
  }
}

export function file(size: number): FileSight {
  return { key: '1:2', name: '/var/app.dat', size, deleted: false, writable: true, position: 0 };
}
