import { encodeText } from '../../columns/utf8.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { percentText } from '../../model/percent.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { lines, showLine } from '../next-command.ts';
import { PerProcess } from '../process/per-process.ts';
import { processName } from '../process/process-summary.ts';
import { cellStartsWith, hasCell, hashBytes, hashCells } from '../row-bytes.ts';
import { eachRow } from '../run.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'pipe-ends';
const INFO = 16;
const WARNING = 64;
const SHARE = 0.25;
/** Pipes of one process that are told apart: enough to know a flood, little enough to keep. */
const TRACKED = 4096;
const NEITHER = 0;
const READ = 1;
const WRITE = 2;
/** An end that the row does not tell; a second one of the same pipe is taken for the other. */
const SOME = 4;
const BOTH = READ | WRITE;
/** `pipe:[123]`: proc(5)'s name, which carries the inode. */
const LINK = encodeText('pipe:[');
/** macOS: NAME is the address of the other end, DEVICE that of this one. */
const PEER = encodeText('->0x');

class State {
  pairs = 0;
  /** Pairs of which the rows do not say which end is which. */
  assumed = 0;
  untracked = 0;
  /** Ends seen of each pipe. */
  readonly ends = new Map<number, number>();
}

export const pipeEnds: FindingRule = {
  name: NAME,
  label: 'both ends of pipes',
  doc: 'A process that holds both ends of a pipe can never see its end of file. One such pair is the usual self-pipe, and some runtimes keep one for each event loop; 16 are worth a word, 64 that make a quarter of what the process holds are a leak: pipes made for children or wake-ups and closed at neither end. Where a listing does not say who reads and who writes, two descriptors of one pipe are taken for its two ends, and the finding says so.',
  start: () => {
    const states = new PerProcess(() => new State());
    return {
      watch: eachRow([classCode('pipe')], (batch, row, entry) => {
        const end = endOf(batch, row);
        const pipe = end === NEITHER ? null : identityOf(batch, row);
        if (pipe === null) return;
        const state = states.of(entry);
        const before = state.ends.get(pipe);
        if (before === undefined && state.ends.size >= TRACKED) {
          state.untracked++;
          return;
        }
        const assumed = end === SOME && before === SOME;
        const after = assumed ? BOTH | SOME : (before ?? 0) | end;
        if (before === after) return;
        state.ends.set(pipe, after);
        if ((after & BOTH) === BOTH && ((before ?? 0) & BOTH) !== BOTH) state.pairs++;
        if (assumed) state.assumed++;
      }),
      find: (context) => judge(states, context),
    };
  },
};

/** Which end the row is: none of both if it was opened for both. */
function endOf(batch: RowBatch, row: number): number {
  if (cellStartsWith(batch, row, Cell.name, PEER)) return peerOrder(batch, row);
  const access = batch.text[Cell.access];
  const at = access ? (access.start[row] as number) : -1;
  if (access && at >= 0 && (access.end[row] as number) > at)
    return endOfMode(batch.bytes, at, access.end[row] as number);
  const fds = batch.text[Cell.fd];
  if (!fds || (fds.start[row] as number) < 0) return SOME;
  const end = fds.end[row] as number;
  for (let i = fds.start[row] as number; i < end; i++) {
    const byte = batch.bytes[i] as number;
    const isNumber = byte === 0x2a || (byte >= 0x30 && byte <= 0x39);
    if (!isNumber) return endOfMode(batch.bytes, i, i + 1);
  }
  return SOME;
}

/** `r`, `w`, or lsfd's `r--`, `-w-`; `u` and `rw-` are both ends of nothing. */
function endOfMode(bytes: Uint8Array, start: number, end: number): number {
  const reads = bytes[start] === 0x72;
  const writes = bytes[start] === 0x77 || (end > start + 1 && bytes[start + 1] === 0x77);
  return reads === writes ? NEITHER : reads ? READ : WRITE;
}

function identityOf(batch: RowBatch, row: number): number | null {
  const names = batch.text[Cell.name];
  if (names && cellStartsWith(batch, row, Cell.name, PEER)) {
    const [device, peer] = addresses(batch, row);
    return device === null || peer === null
      ? null
      : hashBytes(device, 0, device.length) + hashBytes(peer, 0, peer.length);
  }
  if (hasCell(batch, row, Cell.node)) return hashCells(batch, row, [Cell.node]);
  return cellStartsWith(batch, row, Cell.name, LINK) ? hashCells(batch, row, [Cell.name]) : null;
}

/** The two ends of a macOS pipe know each other by address: the lower one is taken for the reading end. */
function peerOrder(batch: RowBatch, row: number): number {
  const [device, peer] = addresses(batch, row);
  if (device === null || peer === null) return NEITHER;
  const order = Buffer.compare(device, peer);
  return order === 0 ? NEITHER : order < 0 ? READ : WRITE;
}

function addresses(batch: RowBatch, row: number): [Uint8Array | null, Uint8Array | null] {
  const names = batch.text[Cell.name];
  const devices = batch.text[Cell.device];
  if (!names || !devices || (devices.start[row] as number) < 0) return [null, null];
  const { bytes } = batch;
  const from = (names.start[row] as number) + 2;
  let to = from;
  while (to < (names.end[row] as number) && bytes[to] !== 0x2c && bytes[to] !== 0x20) to++;
  return [bytes.subarray(devices.start[row] as number, devices.end[row] as number), bytes.subarray(from, to)];
}

function judge(states: PerProcess<State>, { summaries, source }: FindingContext) {
  return summaries.flatMap((summary) => {
    const state = states.peek(summary.entry);
    if (!state || state.pairs < INFO) return [];
    const share = summary.listed ? (2 * state.pairs) / summary.listed : 0;
    const least = state.untracked > 0 ? 'at least ' : '';
    const held =
      state.assumed === 0
        ? `both ends of ${least}${state.pairs} pipes`
        : `${least}${state.pairs} pipes twice, most likely both ends of each`;
    return [
      aboutProcess(NAME, state.pairs >= WARNING && share >= SHARE ? 'warning' : 'info', summary, {
        message: `${processName(summary)} holds ${held} (${percentText(Math.min(1, share))} of its descriptors): nobody else needs them, so they are wake-up pipes of event loops, or pipes of children that were closed at neither end.`,
        evidence: {
          pairs: state.pairs,
          assumed: state.assumed,
          pipes: state.ends.size,
          untracked: state.untracked,
          share,
        },
        target: 'pipe',
        next: lines(showLine(source, summary)),
      }),
    ];
  });
}
