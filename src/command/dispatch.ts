import { existsSync } from 'node:fs';
import { UsageError } from '../model/error.ts';
import type { CommandDefinition, ExitCode, Surroundings } from './definition.ts';
import { exportCommand } from './export/export.ts';
import { nearest } from './line/nearest.ts';
import { type ParsedWords, plainWords } from './line/plain-words.ts';
import { COMMANDS, commandNamed, DEFAULT_COMMAND } from './registry.ts';

/**
 * First word: a command is that command; else an existing path, `-` or an option begins the arguments of `rank`;
 * else a guess at what was meant.
 *
 * @throws UsageError for a word that is neither
 */
export async function dispatch(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const [first = '', ...rest] = argv;
  if (first === 'complete' && rest[0] === '--') return complete(rest.slice(1));
  if (first === 'help') return help(rest[0] === undefined ? null : namedOrGuess(rest[0]));
  const command = commandNamed(first);
  const before = argv.indexOf('--') === -1 ? argv : argv.slice(0, argv.indexOf('--'));
  if (before.includes('--help') || before.includes('-h')) return help(command);
  if (command === null && (before.includes('--version') || before.includes('-V'))) return version();
  if (first === '--man') return manual();
  if (command === null && first === '--completions') return completions(rest[0] ?? '');
  if (command === null && before.includes('--list-columns')) return run(exportCommand, argv, around);
  if (command === null && first !== '' && !first.startsWith('-') && !existsSync(first)) throw unknownWord(first);
  return run(command ?? DEFAULT_COMMAND, command ? rest : argv, around);
}

async function run(command: CommandDefinition, argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const [parsed, work] = await Promise.all([plainWords(command, argv) ?? parse(command, argv), command.load()]);
  return work({ command, ...parsed, around });
}

async function parse(command: CommandDefinition, argv: readonly string[]): Promise<ParsedWords> {
  const { parseWords } = await import('./line/parse.ts');
  return parseWords(command, argv);
}

function namedOrGuess(name: string): CommandDefinition {
  const command = commandNamed(name);
  if (command) return command;
  throw unknownWord(name);
}

function unknownWord(word: string): UsageError {
  if (/^\d+$/.test(word)) {
    return new UsageError(`No file ${word}. For the process with that pid:`, `leaksof show ${word}`);
  }
  const near = nearest(
    word,
    COMMANDS.map(({ name }) => name),
  );
  if (near !== null)
    return new UsageError(`${word}: no such command and no such file.`, `did you mean: leaksof ${near}`);
  const what = /[/.]/.test(word) ? 'no such file' : 'no such command and no such file';
  return new UsageError(`${word}: ${what}.`, 'leaksof --help');
}

async function help(command: CommandDefinition | null): Promise<ExitCode> {
  const { commandHelp, programHelp } = await import('./help/help.ts');
  return print(command ? commandHelp(command) : programHelp());
}

async function version(): Promise<ExitCode> {
  return print(`${await ownVersion()}\n`);
}

async function manual(): Promise<ExitCode> {
  const { manualPage } = await import('./help/manual.ts');
  return print(manualPage(await ownVersion()));
}

async function ownVersion(): Promise<string> {
  const { readFileSync } = await import('node:fs');
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}

async function complete(words: readonly string[]): Promise<ExitCode> {
  const { completionAnswer } = await import('./help/completion.ts');
  return print(await completionAnswer(words));
}

async function completions(shell: string): Promise<ExitCode> {
  const { completionScript } = await import('./help/completion.ts');
  return print(await completionScript(shell));
}

async function print(text: string): Promise<ExitCode> {
  const { openSink } = await import('./output/output.ts');
  const sink = openSink(null);
  sink.write(text);
  sink.close();
  return 0;
}
