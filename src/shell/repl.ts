import { type REPLServer, start } from 'node:repl';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { completeColumn } from './completer.ts';
import { prepareHistory } from './history.ts';

export interface ReplOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly colors: boolean;
  readonly columns: readonly string[];
  /** Path of the history file. */
  readonly history: string;
  /** Told where no history can be kept. */
  readonly warn: (sentence: string) => void;
  readonly print: (value: unknown) => string;
}

/** Runs until the user leaves. Names must be in the global scope already. */
export async function runRepl(options: ReplOptions): Promise<void> {
  const server = start({
    prompt: 'leaksof> ',
    input: options.input,
    output: options.output,
    terminal: true,
    useColors: options.colors,
    // Own context would mean own Array and Object: danfo.js would not know what it is given.
    useGlobal: true,
    ignoreUndefined: true,
    writer: options.print,
  });
  completeColumns(server, options.columns);
  try {
    prepareHistory(options.history);
    await promisify((done: (error: Error | null) => void) => server.setupHistory(options.history, done))();
  } catch (error) {
    options.warn(`no history is kept: ${error instanceof Error ? error.message : String(error)}`);
  }
  await new Promise<void>((resolve) => server.once('exit', resolve));
}

type Completer = REPLServer['completer'];

function completeColumns(server: REPLServer, columns: readonly string[]): void {
  const other: Completer = server.completer;
  const completer = (line: string, done: (error: Error | null, result?: [string[], string]) => void): void => {
    const found = completeColumn(line, columns);
    if (found) done(null, found);
    else Reflect.apply(other, server, [line, done]);
  };
  Object.assign(server, { completer });
}
