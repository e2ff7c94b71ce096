import { Buffer } from 'node:buffer';
import { type DressRule, share } from './dress.ts';

const COMMON = 0.8;
const STRING = /^\s*("(?:[^"\\]|\\.)*")\s*[,;+\\]{0,2}\s*$/;
/** Only what stands around a list of strings. */
const BRACKETS = /^\s*[[\](){};,]*\s*$/;
/** The fields in which loggers keep a line of a program's output. */
const FIELDS = ['log', 'message', 'msg', 'MESSAGE', 'line', 'text', 'content', 'textPayload'];

/** Every line a quoted string of a program or a JSON document, in which backslashes and quotes are escaped. */
export const strings: DressRule = (lines) => {
  let escaped = false;
  const every = lines.every((line) => {
    if (BRACKETS.test(line)) return true;
    const text = decoded(line);
    if (text === null) return false;
    if (/\\(?:\\|n"|")/.test(line)) escaped = true;
    return true;
  });
  if (!every || !escaped) return null;
  return {
    bare: (line) => {
      if (BRACKETS.test(line)) return '';
      const text = decoded(line);
      return text === null ? line : withoutEnd(text);
    },
  };
};

function decoded(line: string): string | null {
  const literal = STRING.exec(line)?.[1];
  if (literal === undefined) return null;
  const text = parsed(literal);
  return typeof text === 'string' ? text : null;
}

/** Every line a JSON object that has the line in one of its fields: docker's log files, journalctl -o json, log shippers. */
export const jsonLog: DressRule = (lines) => {
  if (share(lines, (line) => messageOf(line) !== null) < COMMON) return null;
  return {
    bare: (line) => {
      const text = messageOf(line);
      return text === null ? line : withoutEnd(text);
    },
  };
};

function messageOf(line: string): string | null {
  if (!/^\s*\{/.test(line)) return null;
  const record = parsed(line);
  if (typeof record !== 'object' || record === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...record };
  for (const name of FIELDS) {
    const text = fields[name];
    if (typeof text === 'string') return text;
  }
  return null;
}

/** The value of a JSON text given and returned in Latin-1, or undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' && /[^\0-\xff]/.test(value) ? Buffer.from(value).toString('latin1') : value,
    );
  } catch {
    return undefined;
  }
}

function withoutEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}
