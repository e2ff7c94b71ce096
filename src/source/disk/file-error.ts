/** What the system said: `ENOENT`, `EACCES` ...; the message of anything else. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
}

/** Whether there was nothing there (any more). */
export function isNoEntry(error: unknown): boolean {
  return reasonOf(error) === 'ENOENT';
}
