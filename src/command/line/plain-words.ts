import type { CommandDefinition } from '../definition.ts';
import { OptionValues } from './option-values.ts';

export interface ParsedWords {
  readonly words: readonly string[];
  readonly trailing: readonly string[];
  readonly options: OptionValues;
}

/** Words without any option, in the right number: they need no parser, which takes milliseconds to load. Else null. */
export function plainWords({ arguments: taken }: CommandDefinition, argv: readonly string[]): ParsedWords | null {
  const least = taken.filter(({ required }) => required).length;
  const most = taken.at(-1)?.repeatable === true ? Number.POSITIVE_INFINITY : taken.length;
  if (argv.length < least || argv.length > most) return null;
  if (argv.some((word) => word.startsWith('-') && word !== '-')) return null;
  return { words: argv, trailing: [], options: new OptionValues(new Map()) };
}
