import { encodeText } from '../../columns/utf8.ts';
import { cellText } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { nameFacts } from '../../model/name.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { stateWord } from '../../model/socket-name.ts';
import { leaksofLine, lines, showLine } from '../next-command.ts';
import { PerProcess } from '../process/per-process.ts';
import { processName } from '../process/process-summary.ts';
import { cellStartsWith } from '../row-bytes.ts';
import { eachRow } from '../run.ts';
import { Tally } from '../tally.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'close-wait';
const INFO = 8;
const WARNING = 32;
/** Rows of a process whose addresses are read; all are counted. */
const SAMPLE = 2000;
const INET = classCode('inet');
const IN_NAME = encodeText('(CLOSE_WAIT');
const AS_ATTRIBUTE = encodeText('state=close-wait');
/** ` QR=123456 QS=123456)` behind the state at most. */
const TAIL = 64;
const OPEN_PARENTHESIS = 0x28;
const LOWER = 0x20;

class State {
  count = 0;
  readonly local = new Tally(SAMPLE);
  readonly remote = new Tally(SAMPLE);
}

export const closeWait: FindingRule = {
  name: NAME,
  label: 'peers gone, never closed',
  doc: 'Sockets in CLOSE_WAIT: the peer has closed and only this program can end it; the kernel has no timeout for that. A healthy program passes through the state in milliseconds, so 8 in one look are worth a word and 32 are a pile.',
  start: () => {
    const states = new PerProcess(() => new State());
    return {
      watch: eachRow([INET], (batch, row, entry) => {
        if (!isCloseWait(batch, row)) return;
        const state = states.of(entry);
        state.count++;
        if (state.count > SAMPLE) return;
        const { local, remote } = nameFacts(batch, row, INET);
        if (local !== null) state.local.add(local);
        if (remote !== null) state.remote.add(remote);
      }),
      find: (context) => judge(states, context),
    };
  },
};

/** Told from the state's own cell, else from the note behind the addresses; no row is decoded for it. */
function isCloseWait(batch: RowBatch, row: number): boolean {
  const states = batch.text[Cell.state];
  const start = states ? (states.start[row] as number) : -1;
  if (states && start >= 0) {
    const isLong = (states.end[row] as number) - start >= IN_NAME.length - 1;
    return (
      isLong &&
      ((batch.bytes[start] as number) | LOWER) === 0x63 /* c */ &&
      stateWord(cellText(batch, row, Cell.state) ?? '') === 'CLOSE_WAIT'
    );
  }
  const names = batch.text[Cell.name];
  const from = names ? (names.start[row] as number) : -1;
  if (!names || from < 0) return false;
  const end = names.end[row] as number;
  for (let at = end - IN_NAME.length; at >= from && at > end - TAIL; at--) {
    if (batch.bytes[at] !== OPEN_PARENTHESIS) continue;
    for (let i = 1; i < IN_NAME.length; i++) if (batch.bytes[at + i] !== IN_NAME[i]) return false;
    return true;
  }
  return cellStartsWith(batch, row, Cell.name, AS_ATTRIBUTE);
}

function judge(states: PerProcess<State>, { summaries, source }: FindingContext) {
  return summaries.flatMap((summary) => {
    const state = states.peek(summary.entry);
    if (!state || state.count < INFO) return [];
    const local = state.local.top(3);
    const remote = state.remote.top(3);
    const sampled = Math.min(state.count, SAMPLE);
    // A server's sockets share the local end, a client's the remote one.
    const [here] = local;
    const [there] = remote;
    const of = sampled < state.count ? ` (of the first ${sampled})` : '';
    const accepted = here && (!there || here.count >= there.count);
    const where = accepted
      ? `; ${here.count} at its own ${here.name}${of}`
      : there
        ? `; ${there.count} to ${there.name}${of}`
        : '';
    return [
      aboutProcess(NAME, state.count >= WARNING ? 'warning' : 'info', summary, {
        message: `${processName(summary)} holds ${state.count} sockets in CLOSE_WAIT${where}: the peers have closed, the program has not. They stay until it calls close() or exits.`,
        evidence: { closeWait: state.count, sampled, local, remote },
        target: accepted ? here.name : (there?.name ?? null),
        next: lines(
          summary.pid === null ? null : leaksofLine(source, 'names', '--pid', String(summary.pid), '--class', 'inet'),
          showLine(source, summary),
        ),
      }),
    ];
  });
}
