import { readFileSync } from 'node:fs';
import type { KnownLeak } from '../../analysis/gate/baseline.ts';
import { ForeignInputError } from '../../model/error.ts';
import { readError } from '../../source/read-error.ts';
import { safeJson } from '../../view/escape.ts';
import { openSink } from '../output/output.ts';

/**
 * The leaks in a JSON report of `gate` or `probe`, or in a file that `--write-baseline` wrote: both have them in the same place.
 *
 * @throws ForeignInputError for what is neither
 */
export function readBaseline(file: string): KnownLeak[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw readError(file, error);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw foreign(file, error);
  }
  if (!isRecord(document) || !/^(?:gate|probe)$/.test(String(document.command)) || !Array.isArray(document.urls)) {
    throw foreign(file);
  }
  return document.urls.flatMap((url: unknown) => {
    if (!isRecord(url) || typeof url.url !== 'string' || typeof url.method !== 'string' || !Array.isArray(url.groups)) {
      throw foreign(file);
    }
    const named = { url: url.url, method: url.method };
    return url.groups.flatMap((group: unknown) => leakOf(group, named, file));
  });
}

function leakOf(group: unknown, named: Pick<KnownLeak, 'url' | 'method'>, file: string): KnownLeak[] {
  if (!isRecord(group)) throw foreign(file);
  if (group.verdict !== 'leak') return [];
  const { type, pattern, perRequest } = group;
  if (typeof type !== 'string' || typeof pattern !== 'string' || !isRecord(perRequest)) throw foreign(file);
  const { estimate, low, high } = perRequest;
  if (typeof estimate !== 'number' || typeof low !== 'number' || typeof high !== 'number') throw foreign(file);
  return [{ ...named, type, pattern, perRequest: { estimate, low, high } }];
}

function foreign(file: string, cause?: unknown): ForeignInputError {
  return new ForeignInputError(
    `${file}: is no report of leaksof gate --json or probe --json.`,
    `leaksof gate --write-baseline ${file} ...`,
    { cause },
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes leaks in the form of a report that has nothing else: small, and the same for the same leaks, so fit to be committed. */
export function writeBaseline(file: string, leaks: readonly KnownLeak[]): void {
  const urls = new Map<string, { url: string; method: string; groups: object[] }>();
  for (const { url, method, type, pattern, perRequest } of leaks) {
    const key = `${method} ${url}`;
    const known = urls.get(key) ?? { url, method, groups: [] };
    known.groups.push({ type, pattern, verdict: 'leak', perRequest });
    urls.set(key, known);
  }
  const document = { schemaVersion: 1, command: 'gate', urls: [...urls.values()] };
  const sink = openSink(file);
  try {
    sink.write(`${safeJson(JSON.stringify(document, null, 2))}\n`);
    sink.close();
  } catch (error) {
    sink.abandon();
    throw error;
  }
}
