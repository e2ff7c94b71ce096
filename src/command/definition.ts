import type { Writable } from 'node:stream';
import type { OptionValues } from './line/option-values.ts';

/** Headings of `--help`, in the order they are printed. A heading without a command is not printed. */
export const COMMAND_GROUPS = ['Look', 'Prove', 'Compare', 'Incidents'] as const;
type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** Headings of one command's options, in the order they are printed. */
export const OPTION_GROUPS = [
  'Answer',
  'Budget',
  'Service',
  'Request',
  'Load',
  'Target',
  'Filter',
  'Source',
  'Output',
  'Other',
] as const;
type OptionGroup = (typeof OPTION_GROUPS)[number];

/** What a value completes to; `file` and `folder` are left to the user's shell. */
export type Completion = 'file' | 'folder' | 'process' | 'user' | 'format' | 'dialect' | 'field';

/**
 * How a value is checked. `share` takes `80%` or `0.8` and means a part of one; `number` is a decimal of at least 0; `duration`
 * takes `500ms`, `3s`, `2m`, `1h` or plain seconds and means seconds; `bytes` takes `10GB` (powers of 1000), `1.5GiB` or `1.5G`
 * (powers of 1024), or plain bytes; `rate` takes `10/90s`, `5/min` or `5/2h`: a whole number in a time above 0.
 */
type ValueKind = 'text' | 'integer' | 'share' | 'number' | 'duration' | 'bytes' | 'rate';

/** One option as data: the parser, `--help`, the man page and the completions are all made from it. */
export interface OptionDefinition {
  /** Long name without dashes, kebab-case. `no-color` is spelt so. */
  readonly name: string;
  /** One letter, without its dash. */
  readonly short?: string;
  /** Placeholder of the value in help, in capitals; absent for a flag. */
  readonly value?: string;
  /** `text` where not given. */
  readonly kind?: ValueKind;
  /** Smallest integer accepted; 0 where not given. */
  readonly least?: number;
  /** The only values accepted. */
  readonly choices?: readonly string[];
  /** May be given several times; the values add up. */
  readonly repeatable?: boolean;
  readonly group: OptionGroup;
  /** One line, no full stop, with the unit where there is one. */
  readonly doc: string;
  /** More, for the man page: whole sentences. */
  readonly detail?: string;
  readonly complete?: Completion;
}

export interface ArgumentDefinition {
  /** In capitals, as help prints it. */
  readonly name: string;
  readonly doc: string;
  readonly required: boolean;
  /** The last one may be given several times. */
  readonly repeatable?: boolean;
  readonly complete?: Completion;
}

export interface Example {
  readonly line: string;
  readonly doc: string;
}

/** 0 answered · 1 leak or over budget · 2 usage or unreadable input · 3 could not tell · 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Output formats that some command knows. `VIEWS` holds the function for each but those that stream. */
export type Format = 'terminal' | 'json' | 'ndjson' | 'csv' | 'tsv' | 'markdown' | 'junit' | 'github';

/** The program's surroundings. Only `cli.ts` makes one from `process`. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /**
   * Asks to be told of the first SIGINT, SIGTERM or SIGHUP instead of being ended by it: the signal's name is the reason. The
   * next one ends the program all the same.
   */
  readonly interruption: () => AbortSignal;
  /** How this run was called: the path of node, that of the program, then its words. */
  readonly call: readonly string[];
}

/** One call of one command, its words parsed and checked. */
export interface Invocation {
  readonly command: CommandDefinition;
  /** Positional words, in order. */
  readonly words: readonly string[];
  /** What stands after `--`, of a command that takes another program's words there; else empty. */
  readonly trailing: readonly string[];
  readonly options: OptionValues;
  readonly around: Surroundings;
}

type Run = (invocation: Invocation) => Promise<ExitCode>;

/**
 * A command as data, with its work behind an import: `leaksof --help` reads all definitions and loads none of them.
 * A new command is one file that exports such a definition and one line in `registry.ts`.
 */
export interface CommandDefinition {
  readonly name: string;
  readonly group: CommandGroup;
  /** What it answers, in one line of at most 60 characters, no full stop. */
  readonly summary: string;
  /** Whole sentences for `leaksof COMMAND --help` and the man page. */
  readonly description: string;
  readonly arguments: readonly ArgumentDefinition[];
  /** The words of another program after `--`, where the command takes them. */
  readonly trailing?: ArgumentDefinition | undefined;
  readonly options: readonly OptionDefinition[];
  /** Formats it can print, the default first; empty if it does not print reports. */
  readonly formats: readonly Format[];
  readonly examples: readonly Example[];
  /** Imports the work: `load: async () => (await import('./rank/rank-run.ts')).run`. */
  load(): Promise<Run>;
}
