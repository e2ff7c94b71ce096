import type { ArgumentDefinition, OptionDefinition } from '../definition.ts';

/** `[SOURCE]`, as every command that reads rows takes it. */
export const SOURCE_ARGUMENT: ArgumentDefinition = {
  name: 'SOURCE',
  doc: 'a listing (lsof, lsfd, ls -l /proc/PID/fd, ...; .gz and .zst too), a sosreport folder, or - for stdin; without one: stdin if it is a file or a pipe, else this machine',
  required: false,
  complete: 'file',
};

/** Where rows come from, for commands that speak of no limits. */
export const ROW_SOURCE_OPTIONS: readonly OptionDefinition[] = [
  { name: 'live', group: 'Source', doc: 'look at this machine, whatever stdin is' },
  {
    name: 'proc',
    value: 'DIR',
    group: 'Source',
    doc: 'look at the procfs mounted at DIR instead of /proc',
    detail: 'For a container or host file system mounted elsewhere. Implies --live.',
    complete: 'folder',
  },
  {
    name: 'dialect',
    value: 'NAME',
    group: 'Source',
    doc: 'format of the input, where detection is wrong',
    complete: 'dialect',
  },
  {
    name: 'listing',
    value: 'N|all|last',
    group: 'Source',
    doc: 'which listing of an input that holds several (1 = first; default last)',
    detail:
      'A repeat run (lsof -r) or a paste may hold several listings. They do not add up, so the answer is for one of them; "all" reads them as one anyway.',
  },
];

const SOFT_LIMIT_OPTION: OptionDefinition = {
  name: 'soft-limit',
  value: 'N',
  kind: 'integer',
  least: 1,
  group: 'Source',
  doc: 'soft limit in descriptors, for processes whose limit the source does not say',
};

/** Where rows, and the limits of their processes, come from. */
export const SOURCE_OPTIONS: readonly OptionDefinition[] = [...ROW_SOURCE_OPTIONS, SOFT_LIMIT_OPTION];

/** Which rows count. Globs: `*` any run of characters, `?` any one; several values of one option are alternatives. */
export const FILTER_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'pid',
    value: 'PID',
    kind: 'integer',
    repeatable: true,
    group: 'Filter',
    doc: 'only these processes, separated by commas; repeatable',
    complete: 'process',
  },
  { name: 'command', value: 'GLOB', repeatable: true, group: 'Filter', doc: 'only processes with this command label' },
  {
    name: 'user',
    value: 'GLOB',
    repeatable: true,
    group: 'Filter',
    doc: 'only processes of this user',
    complete: 'user',
  },
  {
    name: 'class',
    value: 'GLOB',
    repeatable: true,
    group: 'Filter',
    doc: 'only open files of this descriptor class (regular, inet, pipe, ...)',
  },
  {
    name: 'type',
    value: 'GLOB',
    repeatable: true,
    group: 'Filter',
    doc: 'only open files of this TYPE (REG, IPv4, ...)',
  },
  { name: 'name', value: 'GLOB', repeatable: true, group: 'Filter', doc: 'only open files whose name matches' },
];

/** What every command understands. */
export const COMMON_OPTIONS: readonly OptionDefinition[] = [
  { name: 'quiet', short: 'q', group: 'Other', doc: 'no progress and no hints on stderr' },
  { name: 'debug', group: 'Other', doc: 'print the stack of an error' },
  {
    name: 'no-color',
    group: 'Other',
    doc: 'no colour, as NO_COLOR does (FORCE_COLOR forces it)',
  },
  { name: 'help', short: 'h', group: 'Other', doc: 'this help' },
];

/** Where the report goes. `--format` takes the command's own formats. */
export const OUTPUT_OPTIONS: readonly OptionDefinition[] = [
  { name: 'format', value: 'FORMAT', group: 'Output', doc: 'output format', complete: 'format' },
  { name: 'json', group: 'Output', doc: 'the same as --format json' },
  {
    name: 'output',
    short: 'o',
    value: 'FILE',
    group: 'Output',
    doc: 'write to FILE instead of stdout, whole or not at all',
    complete: 'file',
  },
];

/** Beside the answer on stdout, the same report in files. */
export const REPORT_OPTION: OptionDefinition = {
  name: 'report',
  value: 'FORMAT=FILE',
  repeatable: true,
  group: 'Output',
  doc: 'also write the report to FILE; repeatable',
};

/** What every command that prints a report understands, after its own options. */
export const REPORTING_OPTIONS: readonly OptionDefinition[] = [...OUTPUT_OPTIONS, REPORT_OPTION, ...COMMON_OPTIONS];

/** `--top`, of reports with several tables. */
export const TOP_OPTION: OptionDefinition = {
  name: 'top',
  value: 'N',
  kind: 'integer',
  least: 1,
  group: 'Answer',
  doc: 'lines of each table (default 20)',
};
