import { type Rate, rateText } from '../../model/rate.ts';

/** One value of an option, as its kind has it. */
export type OptionValue = string | number | Rate;

/** Values of one call's options, by long name. Kinds were checked when they were parsed. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, boolean | readonly OptionValue[]>;

  constructor(values: ReadonlyMap<string, boolean | readonly OptionValue[]>) {
    this.#values = values;
  }

  /** Whether a flag was given. */
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** The last value given, as text. */
  text(name: string): string | null {
    return this.texts(name).at(-1) ?? null;
  }

  /** The last value given of an option that is a number: `integer`, `share`, `number`, `bytes`, or `duration` in seconds. */
  number(name: string): number | null {
    const last = this.#list(name).at(-1);
    return typeof last === 'number' ? last : null;
  }

  /** All values of a repeatable `rate` option, in the order given. */
  rates(name: string): readonly Rate[] {
    return this.#list(name).filter((value) => typeof value === 'object');
  }

  /** All values of a repeatable option as text, in the order given. */
  texts(name: string): readonly string[] {
    return this.#list(name).map((value) => (typeof value === 'object' ? rateText(value) : String(value)));
  }

  /** All values of a repeatable `integer` option. */
  numbers(name: string): readonly number[] {
    return this.#list(name).filter((value) => typeof value === 'number');
  }

  #list(name: string): readonly OptionValue[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }
}
