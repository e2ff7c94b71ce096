import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { RowConsumer } from '../model/consumer.ts';
import { LeaksofError } from '../model/error.ts';
import type { Source, SourceResult } from '../model/source.ts';
import { type Chunks, fileChunks, isFolder } from './file.ts';
import { shellWord } from './read-error.ts';
import { hostOf, processFacts, type Run, runOf, systemFact } from './sosreport-facts.ts';

/** Makes the source of one listing's bytes, called `name` in messages. */
export type ListingSource = (chunks: Chunks, name: string) => Source;

/** Folders of `sos_commands` that lsof's output is in: `process`, or `filesys` and `general` in old or unusual reports. */
const LSOF_FOLDERS = ['process', 'filesys', 'general'];

/**
 * An unpacked sosreport: its lsof output, with `proc/N/limits` and `proc/N/status` as facts about the processes.
 *
 * sos runs `lsof +M -n -l -c ''` (`-b +M -n -l -c ''` before 4.1) with a time limit of 15 s and saves it below
 * `sos_commands/process` under the command line's mangled name; it copies `/proc/N/limits` since 4.2.
 *
 * @throws LeaksofError (exit 2) if the folder is no sosreport or has no lsof output
 */
export function sosreportSource(folder: string, listingSource: ListingSource): Source {
  return { read: (consumer) => readReport(folder, listingSource, consumer) };
}

async function readReport(folder: string, listingSource: ListingSource, consumer: RowConsumer): Promise<SourceResult> {
  const root = reportRoot(folder);
  const listing = lsofOutput(root);
  const source = listingSource(fileChunks(join(root, listing)), join(root, listing));
  const result = await source.read(consumer);
  const facts = processFacts(root);
  for (const fact of facts) consumer.process(fact);
  const run = runOf(root, listing);
  const limited = facts.some((fact) => fact.softLimit !== undefined);
  return {
    info: { ...result.info, name: hostOf(root) ?? folder, time: run.time },
    coverage: { ...result.coverage, hidden: [...(result.coverage.hidden ?? []), ...hidden(run, limited)] },
    system: systemFact(root),
  };
}

function hidden(run: Run, limited: boolean): string[] {
  const sentences: string[] = [];
  if (run.timedOut) sentences.push('sos stopped lsof at its time limit: processes after that are not in the report');
  if (run.truncated) sentences.push('sos cut the output of lsof: only its end is in the report');
  if (!limited) sentences.push('this sosreport has no proc/N/limits (sos before 4.2): the limits are unknown');
  return sentences;
}

/** The folder with `sos_commands` in it: the one given, or its only subfolder as a tarball unpacks. */
function reportRoot(folder: string): string {
  if (existsSync(join(folder, 'sos_commands'))) return folder;
  const inner = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'sos_commands')));
  if (inner.length === 1) return inner[0] as string;
  const proc = existsSync(join(folder, 'self', 'fd')) || existsSync(join(folder, '1', 'limits'));
  throw new LeaksofError(
    `${folder} is a folder, and no unpacked sosreport (it has no sos_commands in it).`,
    proc ? `leaksof --proc ${shellWord(folder)}` : 'name a file with a listing, or the folder of an unpacked sosreport',
    2,
  );
}

/** Path of the report's lsof output below its root. The link named `lsof` may dangle or be gone. */
function lsofOutput(root: string): string {
  const found = LSOF_FOLDERS.flatMap((name) => {
    const folder = join('sos_commands', name);
    const files = isFolder(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    // `-c ''` names every process and so leaves threads out; a listing with threads repeats every row.
    const order = (file: string): string => (/-c/.test(file) ? `0${file}` : `1${file}`);
    const listings = files.filter((file) => /^lsof(?:_|$)/.test(file) && !/[_-]D(?:_|$)/.test(file));
    return listings.sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((file) => join(folder, file));
  });
  const usable = [...found, 'lsof'].find((path) => isFileBelow(root, path));
  if (usable !== undefined) return usable;
  throw new LeaksofError(
    `The sosreport ${root} has no lsof output: sos was run without it, or lsof is not installed there.`,
    'run sos with: sos report -o process -k process.lsof=on',
    2,
  );
}

/** A file with content that is really inside the report: its links come from another machine. */
function isFileBelow(root: string, path: string): boolean {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size === 0) return false;
  return !relative(realpathSync(root), realpathSync(full)).startsWith(`..${sep}`);
}
