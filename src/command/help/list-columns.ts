import { OPEN_FILE_FIELDS } from '../../model/schema.ts';
import { delimitedCell, lineEnd } from '../../view/delimited.ts';
import type { ExitCode, Format, Surroundings } from '../definition.ts';
import { isUtf8 } from '../output/appearance.ts';
import { isStdout, openSink } from '../output/output.ts';

/** `--list-columns`: the schema as rows in a format that was asked for, as a table on a terminal, else as lines to grep. */
export async function listColumns(format: Format | null, file: string | null, around: Surroundings): Promise<ExitCode> {
  const terminal = format === null && isStdout(file) && around.stdout.isTTY === true;
  const text = terminal ? await columnTable(around) : columnRows(format);
  const sink = openSink(file);
  sink.write(text);
  sink.close();
  return 0;
}

async function columnTable({ stdout, env }: Surroundings): Promise<string> {
  const { boxedTable } = await import('../../view/boxed-table.ts');
  const rows = OPEN_FILE_FIELDS.map(({ name, type, unit, doc }) => [name, type, said(doc, unit)]);
  return boxedTable(['field', 'type', 'meaning'], rows, { width: stdout.columns ?? 80, ascii: !isUtf8(env) });
}

function columnRows(format: Format | null): string {
  if (format === 'ndjson') return OPEN_FILE_FIELDS.map((field) => `${JSON.stringify(field)}\n`).join('');
  if (format !== null) {
    const separator = format === 'csv' ? ',' : '\t';
    const rows = OPEN_FILE_FIELDS.map(({ name, type, unit, doc, source }) => [name, type, unit, doc, source]);
    return [['name', 'type', 'unit', 'doc', 'source'], ...rows]
      .map((row) => row.map((cell) => delimitedCell(cell, separator)).join(separator) + lineEnd(separator))
      .join('');
  }
  const width = Math.max(...OPEN_FILE_FIELDS.map(({ name }) => name.length));
  return OPEN_FILE_FIELDS.map(
    ({ name, type, unit, doc }) => `${name.padEnd(width)}  ${type.padEnd(7)}  ${said(doc, unit)}\n`,
  ).join('');
}

function said(doc: string, unit: string | null): string {
  return unit === null ? doc : `${doc} (${unit})`;
}
