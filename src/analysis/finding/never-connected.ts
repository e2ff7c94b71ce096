import { encodeText } from '../../columns/utf8.ts';
import { cellText } from '../../model/classify.ts';
import { classCode } from '../../model/descriptor-class.ts';
import { Cell, type RowBatch } from '../../model/row-batch.ts';
import { protocolWord } from '../../model/socket-name.ts';
import { lines, showLine } from '../next-command.ts';
import { PerProcess } from '../process/per-process.ts';
import { processName } from '../process/process-summary.ts';
import { cellStartsWith } from '../row-bytes.ts';
import { eachRow } from '../run.ts';
import { Tally } from '../tally.ts';
import { aboutProcess, type FindingContext, type FindingRule } from './rule.ts';

const NAME = 'never-connected';
const INFO = 8;
const WARNING = 32;
const PROTOCOL = encodeText('protocol: ');
const UNIDENTIFIED = encodeText("can't identify protocol");
/** Families whose sockets stand in a table as soon as they are bound or connected; AF_VSOCK or ALG never do. */
const TABLED = /^(?:TCP|MPTCP|UDP|UDP-?Lite|SCTP|DCCP|RAW|PING|UNIX|UNIX-STREAM|UNIX-DGRAM)$/i;

class State {
  count = 0;
  readonly protocols = new Tally(16);
}

export const neverConnected: FindingRule = {
  name: NAME,
  label: 'sockets never connected',
  doc: "Sockets that stand in no table of the kernel (`protocol: TCP`, `can't identify protocol`): made by socket() and never bound or connected, or shut down and never closed; the classic trace of a failed connect whose descriptor is dropped. A few are normal while a connection is set up; 8 are worth a word, 32 are a leak. Sockets of another network namespace can look the same to lsof.",
  start: () => {
    const states = new PerProcess(() => new State());
    return {
      watch: eachRow([classCode('inet'), classCode('unix'), classCode('other')], (batch, row, entry) => {
        const protocol = untabledProtocol(batch, row);
        if (protocol === null) return;
        const state = states.of(entry);
        state.count++;
        state.protocols.add(protocol);
      }),
      find: (context) => judge(states, context),
    };
  },
};

/** The protocol of a socket without address, `unknown` where the lister could not tell; null for any other row. */
function untabledProtocol(batch: RowBatch, row: number): string | null {
  if (cellStartsWith(batch, row, Cell.name, UNIDENTIFIED)) return 'unknown';
  if (!cellStartsWith(batch, row, Cell.name, PROTOCOL)) return null;
  const word = protocolWord((cellText(batch, row, Cell.name) ?? '').slice(PROTOCOL.length));
  return word !== null && TABLED.test(word) ? word : null;
}

function judge(states: PerProcess<State>, { summaries, source }: FindingContext) {
  return summaries.flatMap((summary) => {
    const state = states.peek(summary.entry);
    if (!state || state.count < INFO) return [];
    const protocols = state.protocols.top(16);
    const kinds = protocols.map(({ name, count }) => `${count} ${name}`).join(', ');
    return [
      aboutProcess(NAME, state.count >= WARNING ? 'warning' : 'info', summary, {
        message: `${processName(summary)} holds ${state.count} sockets that are neither bound nor connected (${kinds}): made by socket() and dropped, or shut down and never closed. (Sockets of another network namespace look the same to lsof.)`,
        evidence: { sockets: state.count, protocols },
        next: lines(
          source.kind === 'live' && summary.pid !== null
            ? `sudo strace -f -e trace=socket,connect,close -p ${summary.pid}`
            : null,
          showLine(source, summary),
        ),
      }),
    ];
  });
}
