import { LeaksofError } from '../model/error.ts';

/** A path as a POSIX shell word. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Why an input could not be read, as a sentence with what to do. Errors that are not from the file system pass unchanged.
 */
export function readError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || error instanceof LeaksofError) return error;
  const make = (message: string, hint: string | null = null): LeaksofError =>
    new LeaksofError(message, hint, 2, { cause: error });
  switch (code) {
    case 'ENOENT':
      return make(`There is no file ${path}.`);
    case 'ENOTDIR':
      return make(`${path} is below something that is no folder.`);
    case 'EACCES':
    case 'EPERM':
      return make(`${path} may not be read (permission denied).`, `sudo cat ${shellWord(path)} | leaksof`);
    case 'EISDIR':
      return make(`${path} is a folder.`);
    case 'ELOOP':
      return make(`${path} is a symbolic link that leads back to itself.`);
    case 'ENXIO':
      return make(`${path} is a socket or a device without a driver; it cannot be read.`);
    case 'EAGAIN':
    case 'EBADF':
    case 'EIO':
    case 'EINVAL':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return make(`${path} cannot be read (${code}).`);
    default:
      return error;
  }
}
