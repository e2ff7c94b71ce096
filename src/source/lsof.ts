import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { decodeText } from '../columns/utf8.ts';
import { recogniseOther } from '../dialect/line/other-line.ts';
import { lsofField } from '../dialect/lsof-field/lsof-field.ts';
import type { RowConsumer } from '../model/consumer.ts';
import { CouldNotTellError } from '../model/error.ts';
import type { Source, SourceResult } from '../model/source.ts';
import { usageFacts } from './usage.ts';

/** Where systems keep lsof; looked at before PATH, which may be anybody's when we are root. */
const PLACES = ['/usr/sbin/lsof', '/usr/bin/lsof', '/sbin/lsof', '/usr/local/sbin/lsof', '/usr/local/bin/lsof'];

/** Numbers instead of host and port names (no lookups that hang), every field, NUL after each: names may hold newlines. */
const ARGUMENTS = ['-nP', '-F0'];

/** Bytes of messages that are kept. */
const STDERR_KEPT = 1 << 16;

export interface LsofOptions {
  /** The program; found by itself unless told. */
  readonly program?: string;
  /** Selections in front of the output options, e.g. `['-p', '1']`. */
  readonly selection?: readonly string[];
  /** Processes of which CPU and memory are wanted too. */
  readonly usageOf?: readonly number[] | undefined;
}

/** Runs lsof and reads what it prints: for systems without a /proc like Linux's. It knows no limits and no kernel counts. */
export function lsofSource(options: LsofOptions = {}): Source {
  return {
    async read(consumer: RowConsumer): Promise<SourceResult> {
      const program = options.program ?? PLACES.find((place) => existsSync(place)) ?? 'lsof';
      const time = new Date().toISOString();
      const parser = lsofField.parser(consumer);
      const { stderr } = await run(program, [...(options.selection ?? []), ...ARGUMENTS], (chunk) =>
        parser.write(chunk),
      );
      const { lines, listings, hidden } = parser.finish();
      for (const fact of await usageFacts(options.usageOf ?? [])) consumer.process(fact);
      return {
        info: { kind: 'lsof', name: hostname(), dialect: lsofField.name, time },
        coverage: { lines, listings, hidden: [...hidden, ...complaints(stderr), ...unprivileged()] },
        system: null,
      };
    },
  };
}

/**
 * lsof's exit status says whether everything asked for was found, not whether it worked (lsof(8), DIAGNOSTICS): only a run
 * that failed and printed nothing is an error.
 */
function run(
  program: string,
  args: readonly string[],
  onChunk: (chunk: Uint8Array) => void,
): Promise<{ stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = 0;
    const messages: Buffer[] = [];
    let kept = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.length;
      try {
        onChunk(chunk);
      } catch (error) {
        child.kill();
        reject(error);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (kept < STDERR_KEPT) messages.push(chunk.subarray(0, STDERR_KEPT - kept));
      kept += chunk.length;
    });
    child.on('error', (error) => {
      reject(
        new CouldNotTellError(
          `cannot run ${program} (${(error as NodeJS.ErrnoException).code ?? error.message})`,
          'install lsof, or read a saved listing: leaksof FILE',
          { cause: error },
        ),
      );
    });
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(messages);
      const stderr = decodeText(bytes, 0, bytes.length);
      if (signal !== null || (code !== 0 && printed === 0 && stderr !== '')) {
        const why = stderr.split('\n', 1)[0] || `ended by ${signal}`;
        reject(
          new CouldNotTellError(`${program} failed: ${why}`, `run it yourself to see: ${program} ${args.join(' ')}`),
        );
      } else resolve({ stderr });
    });
  });
}

/** What lsof's own messages say is missing from the listing. */
function complaints(stderr: string): string[] {
  const hidden = stderr.split('\n').flatMap((line) => recogniseOther(line)?.hidden ?? []);
  return [...new Set(hidden)];
}

function unprivileged(): string[] {
  if (process.geteuid?.() === 0) return [];
  return ["not run as root: lsof shows other users' processes in part or not at all"];
}
