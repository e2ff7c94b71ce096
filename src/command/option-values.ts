/** Values of one call's options, by long name. Kinds were checked when they were parsed. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, boolean | readonly (string | number)[]>;

  constructor(values: ReadonlyMap<string, boolean | readonly (string | number)[]>) {
    this.#values = values;
  }

  /** Whether a flag was given. */
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** The last value given, as text. */
  text(name: string): string | null {
    const last = this.#list(name).at(-1);
    return last === undefined ? null : String(last);
  }

  /** The last value given of an option that is a number: `integer`, `share`, `number`, `bytes`, or `duration` in seconds. */
  number(name: string): number | null {
    const last = this.#list(name).at(-1);
    return typeof last === 'number' ? last : null;
  }

  /** All values of a repeatable option, in the order given. */
  texts(name: string): readonly string[] {
    return this.#list(name).map(String);
  }

  /** All values of a repeatable `integer` option. */
  numbers(name: string): readonly number[] {
    return this.#list(name).filter((value) => typeof value === 'number');
  }

  #list(name: string): readonly (string | number)[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }
}
