import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../model/error.ts';
import { readError } from '../../source/read-error.ts';
import type { Invocation } from '../definition.ts';
import { nearest } from '../line/nearest.ts';

/** What a gate judges by: options before the environment, that before the file. */
export interface GateConfig {
  readonly urls: readonly string[];
  readonly allow: readonly string[];
  readonly maxPerRequest: number | null;
  readonly maxGrowth: number | null;
}

/** The file's own, and the key of package.json. */
const FILE = 'leaksof.config.json';
const KEY = 'leaksof';

type Plain = Readonly<Record<string, unknown>>;

/** @param folder where the file is looked for: here, and nowhere above */
export function gateConfig({ options, around }: Pick<Invocation, 'options' | 'around'>, folder: string): GateConfig {
  const { env } = around;
  const file = readConfig(folder);
  const first = (...lists: readonly (readonly string[])[]): readonly string[] =>
    lists.find((list) => list.length > 0) ?? [];
  return {
    urls: first(options.texts('url'), words(env.LEAKSOF_URLS, /\s+/), file.urls),
    allow: first(options.texts('allow'), words(env.LEAKSOF_ALLOW, /\n/), file.allow),
    maxPerRequest:
      options.number('max-per-request') ??
      numberOf(env.LEAKSOF_MAX_PER_REQUEST, 'LEAKSOF_MAX_PER_REQUEST') ??
      file.maxPerRequest,
    maxGrowth: options.number('max-growth') ?? numberOf(env.LEAKSOF_MAX_GROWTH, 'LEAKSOF_MAX_GROWTH') ?? file.maxGrowth,
  };
}

function words(text: string | undefined, separator: RegExp): string[] {
  return (text ?? '')
    .split(separator)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function numberOf(text: string | undefined, name: string): number | null {
  if (text === undefined || text.trim() === '') return null;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new UsageError(`${name}=${text}: wants a number of at least 0.`);
  return number;
}

function readConfig(folder: string): GateConfig {
  const own = parsed(join(folder, FILE), FILE);
  const inside = own === null ? parsed(join(folder, 'package.json'), 'package.json') : null;
  const where = own === null ? `"${KEY}" in package.json` : FILE;
  const config = own ?? (isPlain(inside) ? inside[KEY] : undefined) ?? {};
  if (!isPlain(config)) throw new UsageError(`${where}: wants an object.`, HINT);
  known(config, ['$schema', 'urls', 'allow', 'budgets'], where);
  const budgets = config.budgets ?? {};
  if (!isPlain(budgets)) throw new UsageError(`${where}: "budgets" wants an object.`, HINT);
  known(budgets, ['maxPerRequest', 'maxGrowth'], `${where}, "budgets"`);
  return {
    urls: texts(config.urls, 'urls', where),
    allow: texts(config.allow, 'allow', where),
    maxPerRequest: budget(budgets.maxPerRequest, 'maxPerRequest', where),
    maxGrowth: budget(budgets.maxGrowth, 'maxGrowth', where),
  };
}

const HINT = '{ "urls": [":3000/health"], "allow": ["/var/cache/*"], "budgets": { "maxPerRequest": 0 } }';

/** The file as JSON; null where there is none. */
function parsed(path: string, name: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw readError(name, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: is not JSON: ${error instanceof Error ? error.message : ''}.`, null, {
      cause: error,
    });
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key that nobody reads would be a budget that nobody keeps. */
function known(config: Plain, keys: readonly string[], where: string): void {
  const wrong = Object.keys(config).find((key) => !keys.includes(key));
  if (wrong === undefined) return;
  const near = nearest(wrong, keys);
  throw new UsageError(`${where}: there is no "${wrong}".`, near === null ? HINT : `did you mean "${near}"?`);
}

function texts(value: unknown, key: string, where: string): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new UsageError(`${where}: "${key}" wants a list of strings.`, HINT);
}

function budget(value: unknown, key: string, where: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0) return value;
  throw new UsageError(`${where}: "${key}" wants a number of at least 0.`, HINT);
}
