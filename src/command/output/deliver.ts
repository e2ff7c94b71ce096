import { UsageError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import { VIEWS } from '../../view/registry.ts';
import type { ExitCode, Format, Invocation } from '../definition.ts';
import { nearest } from '../line/nearest.ts';
import { appearance } from './appearance.ts';
import { ClosedPipe, isStdout, openSink } from './output.ts';

export interface Target {
  readonly format: Format;
  /** null = stdout. */
  readonly file: string | null;
}

/**
 * Where the report goes, checked before any work is done.
 *
 * @throws UsageError for a format that the command does not print
 */
export function targetsOf({ command, options }: Invocation): readonly Target[] {
  const asked = options.text('format');
  if (options.flag('json') && asked !== null && asked !== 'json') {
    throw new UsageError(`--json and --format ${asked}: one of them, not both.`);
  }
  const first = options.flag('json') ? 'json' : (asked ?? command.formats[0] ?? 'terminal');
  const targets: Target[] = [{ format: formatOf(first, command.formats, '--format'), file: options.text('output') }];
  for (const text of options.texts('report')) {
    const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (format === undefined || file === undefined) {
      throw new UsageError(`--report ${text}: wants FORMAT=FILE.`, '--report json=report.json');
    }
    targets.push({ format: formatOf(format, command.formats, '--report'), file });
  }
  return targets;
}

function formatOf(text: string, formats: readonly Format[], option: string): Format {
  const format = formats.find((known) => known === text);
  if (format !== undefined) return format;
  const near = nearest(text, formats);
  throw new UsageError(
    `${option} ${text}: this command prints ${formats.join(', ')}.`,
    near === null ? null : `did you mean ${near}?`,
  );
}

/**
 * Files first: a closed stdout must not cost a report that was asked for.
 *
 * @param targets the first is where the answer goes, the others are the files beside it
 */
export async function deliver(
  report: Report,
  invocation: Invocation,
  targets: readonly Target[] = targetsOf(invocation),
): Promise<void> {
  const { options, around } = invocation;
  const [main, ...files] = targets;
  for (const { format, file } of main ? [...files, main] : files) {
    const view = await VIEWS[format]();
    const toFile = !isStdout(file);
    const text = view(report, await appearance(around, options.flag('no-color'), toFile, report));
    const sink = openSink(file);
    try {
      sink.write(text);
      sink.close();
    } catch (error) {
      sink.abandon();
      throw error;
    }
  }
}

/**
 * The same for a command whose exit code says what it found: a reader who closes stdout early does not change that.
 *
 * @param targets are asked for here, since what is still on its way to stdout may meet that too
 */
export async function deliverVerdict(
  report: Report,
  invocation: Invocation,
  targets: () => readonly Target[] = () => targetsOf(invocation),
): Promise<void> {
  try {
    await deliver(report, invocation, targets());
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
}

/** A seen leak beats an unseen process. */
export function exitCodeOf(report: Report): ExitCode {
  if (report.verdict === 'fail' || report.verdict === 'leak') return 1;
  return report.verdict === 'inconclusive' ? 3 : 0;
}
