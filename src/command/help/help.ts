import {
  type ArgumentDefinition,
  COMMAND_GROUPS,
  type CommandDefinition,
  type Example,
  OPTION_GROUPS,
  type OptionDefinition,
} from '../definition.ts';
import { COMMANDS, DEFAULT_COMMAND } from '../registry.ts';

const WIDTH = 80;

export const TAGLINE =
  'leaksof says which open files leak: who holds them, how near the limit that is, what to do next.';

/** Exit codes as the contract has them. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'answered, within budget (rank without a budget: whatever it finds)'],
  [1, 'a leak, or over budget'],
  [2, 'wrong usage, or input that cannot be read'],
  [3, 'could not tell: the process is gone, or permission is missing'],
];

/** Options of the program itself. */
export const PROGRAM_OPTIONS: readonly (readonly [flags: string, doc: string])[] = [
  ['-h, --help', 'this help; COMMAND --help for one command'],
  ['-V, --version', 'version'],
  ['--completions SHELL', 'completion script for bash, zsh, fish or powershell'],
  ['--list-columns', 'fields of an open file'],
  ['--man', 'the manual page: leaksof --man | man -l -'],
];

/** One line that captures a machine without Node: lsof's listing and every limit, over ssh. */
export const REMOTE_CAPTURE = `ssh HOST "sudo sh -c 'lsof -nP +c0 -Ki; grep -H \\"open files\\" /proc/[0-9]*/limits'" | leaksof`;

/** Environment that is read. */
export const ENVIRONMENT: readonly (readonly [name: string, doc: string])[] = [
  ['NO_COLOR', 'not empty: no colour'],
  ['FORCE_COLOR', 'colour even where stdout is no terminal; 0 turns it off'],
  ['COLUMNS', 'width of the output in columns; else the terminal, else 80'],
  ['LEAKSOF_URLS', 'URLs of gate, separated by blanks, where --url is not given'],
  ['LEAKSOF_ALLOW', 'globs of gate, one a line, where --allow is not given'],
  ['LEAKSOF_MAX_PER_REQUEST', 'budget of gate where --max-per-request is not given'],
  ['LEAKSOF_MAX_GROWTH', 'budget of gate where --max-growth is not given'],
  ['LC_ALL, LC_CTYPE, LANG', 'where these name no UTF-8 locale, output is ASCII'],
];

/** `leaksof --help`. */
export function programHelp(): string {
  const groups = COMMAND_GROUPS.flatMap((group) => {
    const commands = COMMANDS.filter((command) => command.group === group);
    if (commands.length === 0) return [];
    return [`${group}:\n${rows(commands.map((command) => [usageWords(command), command.summary]))}`];
  });
  const examples: Example[] = [
    ...COMMANDS.flatMap((command) => command.examples.slice(0, command === DEFAULT_COMMAND ? 3 : 1)),
  ];
  return `${[
    `${wrapped(TAGLINE, 0)}\n\nUsage: leaksof [COMMAND] [SOURCE] [OPTIONS]\n`,
    wrapped(
      `SOURCE is a listing in any format that lsof, lsfd, ls -l /proc/PID/fd, fstat or procstat print (.gz and .zst too), a sosreport folder, or - for stdin. Without one: stdin if it is a file or a pipe, else this machine. Without COMMAND: ${DEFAULT_COMMAND.name}.`,
      0,
    ),
    '',
    ...groups,
    `Options:\n${rows(PROGRAM_OPTIONS)}`,
    `Examples:\n${exampleLines(examples)}`,
    `A machine without Node (lsof before 4.90: leave out -Ki):\n  ${REMOTE_CAPTURE}\n`,
    `Exit codes:\n${rows(EXIT_CODES.map(([code, meaning]) => [String(code), meaning]))}`,
  ].join('\n')}`;
}

/** `leaksof COMMAND --help`. */
export function commandHelp(command: CommandDefinition): string {
  const blocks = [`Usage: leaksof ${usageLine(command)}\n`, `${wrapped(command.description, 0)}\n`];
  const words = [...command.arguments, ...(command.trailing ? [command.trailing] : [])];
  if (words.length > 0) blocks.push(`Arguments:\n${rows(words.map(({ name, doc }) => [name, doc]))}`);
  for (const group of OPTION_GROUPS) {
    const options = command.options.filter((option) => option.group === group);
    if (options.length === 0) continue;
    blocks.push(`${group} options:\n${rows(options.map((option) => [flags(option), docOf(option, command)]))}`);
  }
  blocks.push(`Examples:\n${exampleLines(command.examples)}`);
  blocks.push(`Exit codes:\n${rows(EXIT_CODES.map(([code, meaning]) => [String(code), meaning]))}`);
  return blocks.join('\n');
}

/** `show PROCESS [SOURCE]`. */
export function usageWords(command: CommandDefinition): string {
  const word = ({ name, required, repeatable = false }: ArgumentDefinition): string =>
    required ? name : `[${name}${repeatable ? '...' : ''}]`;
  return [command.name, ...command.arguments.map(word), ...trailingWords(command)].join(' ');
}

/** The same with its options, which stand before another program's words. */
export function usageLine(command: CommandDefinition): string {
  const words = usageWords({ ...command, trailing: undefined });
  return [words, '[OPTIONS]', ...trailingWords(command)].join(' ');
}

function trailingWords({ trailing }: CommandDefinition): string[] {
  if (trailing === undefined) return [];
  const words = `-- ${trailing.name}...`;
  return [trailing.required ? words : `[${words}]`];
}

/** `-o, --output FILE`. */
export function flags(option: OptionDefinition): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

/** The option's line, with the values it takes. */
export function docOf(option: OptionDefinition, command: CommandDefinition): string {
  if (option.name !== 'format') return option.doc;
  const [first, ...others] = command.formats;
  return `${first} (default), ${others.join(', ')}`;
}

/** A line that is too long for its column has its explanation below. */
function exampleLines(examples: readonly Example[]): string {
  const column = Math.min(44, Math.max(...examples.map(({ line }) => line.length)));
  return examples
    .map(({ line, doc }) => {
      if (line.length <= column) return `  ${line.padEnd(column)}  ${doc}\n`;
      return `  ${line}\n${' '.repeat(Math.min(column + 4, WIDTH - doc.length))}${doc}\n`;
    })
    .join('');
}

/** Two columns; the right one wraps, a long left one stands on a line of its own. */
function rows(pairs: readonly (readonly [left: string, right: string])[]): string {
  const left = Math.min(25, Math.max(...pairs.map(([text]) => text.length)));
  return pairs
    .map(([text, doc]) => {
      const indent = left + 4;
      const right = wrapped(doc, indent);
      if (text.length > left) return `  ${text}\n${' '.repeat(indent)}${right}\n`;
      return `  ${text.padEnd(left)}  ${right}\n`;
    })
    .join('');
}

/** Wrapped to the help's width; lines after the first are indented. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
