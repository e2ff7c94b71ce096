import { exportAnalysis } from '../../analysis/export.ts';
import { filterRows } from '../../analysis/filter.ts';
import { UsageError } from '../../model/error.ts';
import { type OpenFile, openFile } from '../../model/open-file.ts';
import type { RowBatch } from '../../model/row-batch.ts';
import { OPEN_FILE_FIELDS } from '../../model/schema.ts';
import { coverageClauses } from '../../view/coverage-text.ts';
import { delimitedCell, lineEnd } from '../../view/delimited.ts';
import { safeText } from '../../view/escape.ts';
import { JsonRows } from '../../view/json-rows.ts';
import type { ExitCode, Format, Invocation } from '../definition.ts';
import { chooseSource, openSource } from '../input/source-choice.ts';
import { nearest } from '../line/nearest.ts';
import { targetsOf } from '../output/deliver.ts';
import { openSink, type Sink } from '../output/output.ts';
import { filterOf, narrowed, sayPermission } from '../pipeline.ts';

type Field = keyof OpenFile;

/** Rows as they come: nothing is kept but what a write gathers. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { options, words, around } = invocation;
  const [target] = targetsOf(invocation);
  if (options.flag('list-columns')) {
    const { listColumns } = await import('../help/list-columns.ts');
    const format = options.text('format') === null ? null : (target?.format ?? null);
    return listColumns(format, target?.file ?? null, around);
  }
  const fields = fieldsOf(options.texts('fields'));
  const listing = listingOf(options.text('listing'));
  const choice = chooseSource(invocation, words[0]);
  const filter = filterOf(invocation);
  // Where each descriptor stands in its file is the one column that takes reading its fdinfo.
  const wish = narrowed({ names: 'all', detail: fields.includes('offset') ? 'full' : 'stat' }, filter);
  const source = await openSource(choice, around, wish, options.flag('quiet'));
  const sink = openSink(target?.file ?? null);
  const writer = rowWriter(target?.format ?? 'ndjson', fields, sink);
  try {
    const analysis = exportAnalysis((batch) => writer.rows(batch));
    const front = filterRows(filter, analysis);
    const result = await source.read({
      listing: (start) => front.listing(start),
      rows: (batch) => {
        if (listing === null || batch.listing === listing) front.rows(batch);
      },
      process: (fact) => front.process(fact),
    });
    const listings = result.coverage.listings ?? 1;
    if (listing !== null && listing >= listings) {
      throw new UsageError(`There is no listing ${listing + 1}: the input has ${listings}.`);
    }
    const { coverage } = analysis.finish(result);
    writer.flush();
    sink.close();
    if (!options.flag('quiet')) {
      sayUnseen(coverageClauses(coverage), around);
      if (choice.kind === 'live') sayPermission(coverage, around);
    }
    return 0;
  } catch (error) {
    sink.abandon();
    throw error;
  }
}

/** Fields in the order asked for; all in schema order where none are named. */
function fieldsOf(texts: readonly string[]): readonly Field[] {
  const known = OPEN_FILE_FIELDS.map(({ name }) => name);
  const asked = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  if (asked.length === 0) return known;
  return asked.map((name) => {
    const field = known.find((candidate) => candidate === name);
    if (field !== undefined) return field;
    const near = nearest(name, known);
    throw new UsageError(
      `--fields ${name}: no such field.`,
      near === null ? 'leaksof export --list-columns' : `did you mean ${near}? (leaksof export --list-columns)`,
    );
  });
}

/** Index of the listing wanted; null = all. */
function listingOf(text: string | null): number | null {
  if (text === null || text === 'all') return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text) - 1;
  throw new UsageError(
    `--listing ${text}: export wants a number from 1, or all: rows stream, so the last listing is not known in time.`,
  );
}

function rowWriter(format: Format, fields: readonly Field[], sink: Sink): Pick<JsonRows, 'rows' | 'flush'> {
  if (format !== 'csv' && format !== 'tsv') return new JsonRows(fields, (bytes) => sink.writeBytes(bytes));
  const separator = format === 'csv' ? ',' : '\t';
  const end = lineEnd(separator);
  sink.write(fields.join(separator) + end);
  return {
    rows: (batch: RowBatch) => {
      for (let at = 0; at < batch.rows; at++) {
        const row = openFile(batch, at);
        sink.write(fields.map((field) => delimitedCell(row[field], separator)).join(separator) + end);
      }
    },
    flush: () => undefined,
  };
}

/** stdout is rows only, so what was not seen goes to stderr. */
function sayUnseen(clauses: readonly string[], { stderr }: Invocation['around']): void {
  for (const clause of clauses) stderr.write(`leaksof: not seen: ${safeText(clause)}\n`);
}
