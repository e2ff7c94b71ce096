import { CouldNotTellError, ForeignInputError, LeaksofError, UsageError } from '../../model/error.ts';

/** An error on its way from thread to thread: what is thrown there is a plain object here. */
export interface ErrorMessage {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a LeaksofError; null for anything else. */
  readonly explained: { readonly hint: string | null; readonly exitCode: 2 | 3 } | null;
}

const CLASSES = { ForeignInputError, UsageError, CouldNotTellError };

export function errorMessage(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, explained: null };
  const { name, message, stack } = error;
  const explained = error instanceof LeaksofError ? { hint: error.hint, exitCode: error.exitCode } : null;
  return { name, message, stack, explained };
}

/** The error again, of the class it had where that is one of ours, with the stack of where it was thrown. */
export function errorOf({ name, message, stack, explained }: ErrorMessage): Error {
  const error = explained ? ours(name, message, explained.hint, explained.exitCode) : new Error(message);
  if (error.name !== name) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function ours(name: string, message: string, hint: string | null, exitCode: 2 | 3): LeaksofError {
  const known = Object.entries(CLASSES).find(([className]) => className === name)?.[1];
  return known ? new known(message, hint) : new LeaksofError(message, hint, exitCode);
}
