import { endsAnalysis } from '../../src/analysis/pipes/ends.ts';
import { type BlockedFact, type Observation, UNOBSERVED } from '../../src/analysis/pipes/observation.ts';
import type { PipeData } from '../../src/analysis/pipes/pipe-data.ts';
import { pipesReport } from '../../src/analysis/pipes/pipes.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import type { Report } from '../../src/model/report.ts';
import { LIVE } from './findings.ts';
import { reportOf, type TestRow } from './rows.ts';

export function pipe(pid: number, fd: string, node: string): TestRow {
  return { pid, command: `app${pid}`, user: 'www', fd, type: 'FIFO', device: '0,15', node, name: 'pipe' };
}

export function unix(pid: number, fd: string, node: string, name = 'type=STREAM (CONNECTED)'): TestRow {
  return { pid, command: `app${pid}`, user: 'www', fd, type: 'unix', device: '0x1', node, name };
}

export function tcp(pid: number, fd: string, device: string, name: string): TestRow {
  return { pid, command: `app${pid}`, user: 'www', fd, type: 'IPv4', device, node: 'TCP', name };
}

export const ASKED: Observation = { ...UNOBSERVED, fill: { asked: true, method: 'koffi', why: null } };

export interface Given {
  readonly seen?: Partial<Observation>;
  readonly facts?: readonly ProcessFact[];
  readonly maxPipe?: number;
  readonly live?: boolean;
  readonly before?: Partial<Observation>;
}

export function judged(
  rows: readonly TestRow[],
  { seen = {}, facts = [], maxPipe, live = true, before }: Given = {},
): Report<PipeData> {
  const ends = reportOf(endsAnalysis({}), rows, facts, live ? LIVE : {});
  return pipesReport(ends, {
    top: 20,
    maxPipe: maxPipe ?? null,
    looks: [...(before ? [{ ...ASKED, ...before }] : []), { ...ASKED, ...seen }],
    live,
  });
}

export function fills(...known: readonly [string, number, number][]): Pick<Observation, 'fills'> {
  return { fills: new Map(known.map(([node, queued, capacity]) => [`pipe ${node}`, { queued, capacity }])) };
}

export function blocked(pid: number, key: string, more: Partial<BlockedFact> = {}): BlockedFact {
  const wchan = 'anon_pipe_write';
  return {
    pid,
    tid: pid + 1,
    task: 'pool',
    call: 'write',
    descriptor: 4,
    direction: 'write',
    size: 1,
    wchan,
    key,
    ...more,
  };
}
