import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../../model/error.ts';
import type { ArgumentDefinition, CommandDefinition, OptionDefinition } from '../definition.ts';
import { commandNamed } from '../registry.ts';
import { nearest } from './nearest.ts';
import { type OptionValue, OptionValues } from './option-values.ts';
import type { ParsedWords } from './plain-words.ts';
import { bytesOf, rateOf, secondsOf, shareOf } from './values.ts';

/**
 * Words of the command line as one command's options and positional words.
 *
 * @throws UsageError for unknown options, missing, surplus or unfit values
 */
export function parseWords(definition: CommandDefinition, all: readonly string[]): ParsedWords {
  const end = definition.trailing ? all.indexOf('--') : -1;
  const argv = end < 0 ? all : all.slice(0, end);
  const trailing = end < 0 ? [] : all.slice(end + 1);
  if (end >= 0 && trailing.length === 0) {
    const { name } = definition;
    throw new UsageError('-- wants a command to start.', `leaksof ${name} ... -- npm test`);
  }
  const parser = new Command(definition.name)
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const argument of definition.arguments) parser.argument(argumentText(argument));
  const options = new Map(definition.options.map((option) => [option, parserOption(option)]));
  for (const option of options.values()) parser.addOption(option);
  try {
    parser.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(error, definition, argv);
    throw error;
  }
  const given = parser.opts<Record<string, unknown>>();
  const values = new Map<string, boolean | readonly OptionValue[]>();
  for (const [option, made] of options) {
    const value = given[made.attributeName()];
    if (Array.isArray(value)) values.set(option.name, value);
    else if (option.value === undefined) values.set(option.name, value === !made.negate);
  }
  return { words: parser.args, trailing, options: new OptionValues(values) };
}

function argumentText({ name, required, repeatable = false }: ArgumentDefinition): string {
  const text = repeatable ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

function parserOption(option: OptionDefinition): Option {
  const long = `--${option.name}${option.value === undefined ? '' : ' <value>'}`;
  const made = new Option(option.short === undefined ? long : `-${option.short}, ${long}`);
  if (option.value !== undefined) {
    made.argParser((text: string, before: readonly OptionValue[] | undefined) => [
      ...(before ?? []),
      ...partsOf(option, text).map((part) => checkedValue(option, part)),
    ]);
  }
  return made;
}

/** Numbers may be given as a list, as lsof's -p takes them. */
function partsOf({ kind, repeatable }: OptionDefinition, text: string): readonly string[] {
  return kind === 'integer' && repeatable ? text.split(',') : [text];
}

function checkedValue(option: OptionDefinition, text: string): OptionValue {
  const { name, kind, choices, least = 0 } = option;
  if (choices && !choices.includes(text)) {
    throw new UsageError(`--${name} ${text}: not one of ${choices.join(', ')}.`, didYouMean(text, choices));
  }
  if (kind === 'integer') {
    if (!/^\d{1,15}$/.test(text) || Number(text) < least) {
      throw new UsageError(`--${name} ${text}: wants a whole number${least > 0 ? ` of at least ${least}` : ''}.`);
    }
    return Number(text);
  }
  if (kind === 'share') return shareOf(name, text);
  if (kind === 'duration') return secondsOf(name, text);
  if (kind === 'bytes') return bytesOf(name, text);
  if (kind === 'rate') return rateOf(name, text);
  if (kind === 'number') {
    if (!/^\d{1,12}(?:\.\d+)?$|^\.\d+$/.test(text))
      throw new UsageError(`--${name} ${text}: wants a number of at least 0.`);
    return Number(text);
  }
  return text;
}

function usageError(error: CommanderError, definition: CommandDefinition, argv: readonly string[]): UsageError {
  const help = `leaksof ${definition.name} --help`;
  const [sentence = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (?:one of )?(.+)\?/.exec(rest.join(' '))?.[1];
  const hint = suggestion === undefined ? help : `did you mean ${suggestion}? (${help})`;
  const option = definition.options.find(({ name }) => sentence.includes(`--${name} <value>`));
  if (error.code === 'commander.optionMissingArgument' && option) {
    return new UsageError(`--${option.name} wants a value: ${option.value}.`, help, { cause: error });
  }
  if (error.code === 'commander.missingArgument') {
    const missing = definition.arguments.find(({ required }) => required)?.name ?? 'an argument';
    return new UsageError(`${definition.name} wants ${missing}.`, help, { cause: error });
  }
  if (error.code === 'commander.excessArguments') {
    if (definition.trailing) {
      const { name } = definition.trailing;
      return new UsageError(`${name} stands after --.`, `leaksof ${definition.name} ... -- ${argv.join(' ')}`, {
        cause: error,
      });
    }
    const most = definition.arguments.map(({ name }) => name).join(' and ');
    const command = argv.find((word) => commandNamed(word) !== null);
    const order = command === undefined ? help : `the command comes first: leaksof ${command} ...`;
    return new UsageError(`Too many words: ${definition.name} takes ${most || 'none'}.`, order, { cause: error });
  }
  return new UsageError(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`, hint, { cause: error });
}

function didYouMean(word: string, candidates: readonly string[]): string | null {
  const near = nearest(word, candidates);
  return near === null ? null : `did you mean ${near}?`;
}
