/** Exit codes of a failed run: 2 = wrong usage or unreadable input, 3 = could not tell. */
export type ErrorExitCode = 2 | 3;

/**
 * A failure that is explained to the user: one sentence, what to do instead, an exit code; no stack unless `--debug`.
 * Anything else that is thrown is a bug and is shown as one.
 */
export class LeaksofError extends Error {
  /** What to do about it: a command line or a short sentence; null where nothing helps. */
  readonly hint: string | null;
  readonly exitCode: ErrorExitCode;

  constructor(message: string, hint: string | null, exitCode: ErrorExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The command line asks for something that does not exist or does not fit together. */
export class UsageError extends LeaksofError {
  constructor(message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, hint, 2, options);
  }
}

/** The input is no listing of open files, or cannot be read as one. */
export class ForeignInputError extends LeaksofError {
  constructor(message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, hint, 2, options);
  }
}

/** The question could not be answered: the target is gone, permission is missing, the load never arrived. */
export class CouldNotTellError extends LeaksofError {
  constructor(message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, hint, 3, options);
  }
}
