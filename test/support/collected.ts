import { cellText } from '../../src/model/classify.ts';
import type { RowConsumer } from '../../src/model/consumer.ts';
import type { ProcessFact } from '../../src/model/process.ts';
import { Cell, Num } from '../../src/model/row-batch.ts';

/** What a source pushed: a line per row, `pid command fd name`, and every fact. */
export interface Collected extends RowConsumer {
  readonly rowLines: string[];
  readonly facts: ProcessFact[];
}

/** Keeps what a source pushes, as text that a test can compare. */
export function collector(): Collected {
  const rowLines: string[] = [];
  const facts: ProcessFact[] = [];
  return {
    rowLines,
    facts,
    listing: () => {},
    rows: (batch) => {
      for (let row = 0; row < batch.rows; row++) {
        const cells = [Cell.command, Cell.fd, Cell.name].map((cell) => cellText(batch, row, cell) ?? '-');
        rowLines.push([(batch.numbers[Num.pid] as Int32Array)[row], ...cells].join(' '));
      }
    },
    process: (fact) => facts.push(fact),
  };
}
