import {
  COMMAND_GROUPS,
  type CommandDefinition,
  type Format,
  OPTION_GROUPS,
  type OptionDefinition,
} from '../definition.ts';
import { COMMANDS, DEFAULT_COMMAND } from '../registry.ts';
import {
  docOf,
  ENVIRONMENT,
  EXIT_CODES,
  flags,
  PROGRAM_OPTIONS,
  REMOTE_CAPTURE,
  TAGLINE,
  usageLine,
  usageWords,
} from './help.ts';

/** `leaksof --man`: the manual page, leaksof(1), in the man macros that groff and mandoc share. */
export function manualPage(version: string): string {
  const shared = sharedOptions();
  return [
    `.TH LEAKSOF 1 "" "leaksof ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `leaksof \\- ${roff(TAGLINE.replace(/^leaksof /, '').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    ...COMMANDS.map((command) => `.B leaksof\n${roff(usageLine(command))}\n.br`),
    '.SH DESCRIPTION',
    roff(
      `SOURCE is a listing in any format that lsof, lsfd, ls -l /proc/PID/fd, fstat or procstat print, plain or compressed with gzip or zstd; the folder of a sosreport; or - for standard input. Without SOURCE, standard input is read if it is a file or a pipe; else the live machine is looked at. Without a command, the command is ${DEFAULT_COMMAND.name}. A first word that is no command must be a path that exists.`,
    ),
    '.SH COMMANDS',
    ...COMMAND_GROUPS.flatMap((group) =>
      COMMANDS.filter((command) => command.group === group).map((command) => commandText(command, shared)),
    ),
    '.SH OPTIONS',
    'These mean the same in every command that has them.',
    ...OPTION_GROUPS.flatMap((group) => {
      const options = [...shared].filter((option) => option.group === group);
      return options.length === 0
        ? []
        : [`.SS ${group}`, ...options.map((option) => optionText(option, DEFAULT_COMMAND))];
    }),
    '.SS The program itself',
    ...PROGRAM_OPTIONS.map(([names, doc]) => term(names, doc)),
    '.SH EXIT STATUS',
    ...EXIT_CODES.map(([code, meaning]) => term(String(code), meaning)),
    roff(
      'Where several apply, 2 comes before 1, 1 before 3, 3 before 0. A reader that closes standard output early is no error.',
    ),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.map(([name, doc]) => term(name, doc)),
    '.SH EXAMPLES',
    ...COMMANDS.flatMap(({ examples }) => examples.map(({ line, doc }) => exampleText(doc, line))),
    exampleText('a machine without Node, over ssh (lsof before 4.90: leave out -Ki)', REMOTE_CAPTURE),
    '.SH SEE ALSO',
    '.BR lsof (8),\n.BR lsfd (1),\n.BR proc (5),\n.BR getrlimit (2),\n.BR prlimit (1)',
    '',
  ].join('\n');
}

/** Options that more than one command has, by identity: those are documented once. */
function sharedOptions(): ReadonlySet<OptionDefinition> {
  const uses = new Map<OptionDefinition, number>();
  for (const { options } of COMMANDS) for (const option of options) uses.set(option, (uses.get(option) ?? 0) + 1);
  return new Set([...uses].flatMap(([option, count]) => (count > 1 ? [option] : [])));
}

function commandText(command: CommandDefinition, shared: ReadonlySet<OptionDefinition>): string {
  const own = command.options.filter((option) => !shared.has(option));
  return [
    `.SS leaksof ${roff(usageWords(command))}`,
    roff(command.description),
    ...command.arguments.filter(({ name }) => name !== 'SOURCE').map(({ name, doc }) => term(name, doc)),
    ...(command.trailing ? [term(command.trailing.name, command.trailing.doc)] : []),
    ...own.map((option) => optionText(option, command)),
    ...(command.formats.length > 0 ? ['.PP', roff(formatsText(command.formats))] : []),
  ].join('\n');
}

function formatsText([first, ...others]: readonly Format[]): string {
  return `Formats: ${first} (default)${others.map((format) => `, ${format}`).join('')}.`;
}

function optionText(option: OptionDefinition, command: CommandDefinition): string {
  const doc = option.name === 'format' ? 'output format, one of those the command lists' : docOf(option, command);
  const values = option.choices ? ` (${option.choices.join(', ')})` : '';
  return term(flags(option), `${doc}${values}${option.detail ? `. ${option.detail}` : ''}`);
}

function term(name: string, doc: string): string {
  return `.TP\n.B ${roff(name)}\n${roff(doc)}`;
}

function exampleText(doc: string, line: string): string {
  return `.PP\n${roff(`${doc.charAt(0).toUpperCase()}${doc.slice(1)}:`)}\n.RS 4\n.nf\n${roff(line)}\n.fi\n.RE`;
}

/** Text that roff prints as it stands. */
function roff(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/"/g, '\\(dq')
    .replace(/'/g, '\\(aq')
    .replace(/^\./, '\\&.');
}
