import { filterRows } from '../../analysis/filter.ts';
import { snapshotAnalysis } from '../../analysis/snapshot.ts';
import { snapshotLine } from '../../model/snapshot.ts';
import type { Source } from '../../model/source.ts';
import { coverageClauses } from '../../view/coverage-text.ts';
import { safeJson, safeText } from '../../view/escape.ts';
import type { ExitCode, Invocation } from '../definition.ts';
import { chooseSource, openSource } from '../input/source-choice.ts';
import { ClosedPipe } from '../output/output.ts';
import { filterOf, narrowed } from '../pipeline.ts';
import { SnapshotFile } from './snapshot-file.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  const quiet = options.flag('quiet');
  const redact = options.flag('redact');
  const choice = chooseSource(invocation, words[0]);
  const filter = filterOf(invocation);
  const opened = await openSource(choice, around, narrowed({ names: 'all', detail: 'full' }, filter), quiet);
  const source = redact ? await redacted(opened) : opened;
  const name = options.text('output') ?? (around.stdout.isTTY === true ? ownName(new Date()) : null);
  const file = new SnapshotFile(name);
  try {
    const analysis = snapshotAnalysis({ onLine: (line) => file.line(safeJson(line)), redacted: redact });
    const front = filterRows(filter, analysis);
    const result = await source.read({
      listing: (start) => front.listing(start),
      rows: (batch) => front.rows(batch),
      process: (fact) => front.process(fact),
    });
    const { data, coverage } = analysis.finish(result);
    file.line(snapshotLine({ end: data.end }));
    file.close(safeJson(snapshotLine(data.header)));
    if (!quiet) {
      const { rows } = data.end;
      const { seen } = coverage.processes;
      const where = name === null ? '' : `${safeText(name)}: `;
      const unseen = coverageClauses(coverage).map((clause) => `; ${safeText(clause)}`);
      around.stderr.write(`leaksof: ${where}${rows} open files of ${seen} processes${unseen.join('')}\n`);
    }
    return 0;
  } catch (error) {
    file.abandon();
    if (error instanceof ClosedPipe) return 0;
    throw error;
  }
}

async function redacted(source: Source): Promise<Source> {
  const { redactedSources } = await import('../input/redacted-source.ts');
  const [hidden = source] = await redactedSources([source]);
  return hidden;
}

/** `leaksof-20261121T112459Z.ndjson.gz` */
function ownName(time: Date): string {
  return `leaksof-${time.toISOString().replace(/[-:]|\.\d+/g, '')}.ndjson.gz`;
}
