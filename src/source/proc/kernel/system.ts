import type { SystemFact } from '../../../model/process.ts';
import { tryKernelText } from './kernel-file.ts';

function numbers(text: string | null): number[] {
  return text === null ? [] : text.trim().split(/\s+/).map(Number).filter(Number.isFinite);
}

/** Machine-wide limits below `/proc/sys/fs` (proc_sys_fs(5), inotify(7)); a file that is missing leaves its field out. */
export function systemFact(root: string): SystemFact {
  const fs = `${root}/sys/fs`;
  const fileNr = numbers(tryKernelText(`${fs}/file-nr`));
  const fileMax = numbers(tryKernelText(`${fs}/file-max`))[0] ?? fileNr[2];
  const nrOpen = numbers(tryKernelText(`${fs}/nr_open`))[0];
  const instances = numbers(tryKernelText(`${fs}/inotify/max_user_instances`))[0];
  const watches = numbers(tryKernelText(`${fs}/inotify/max_user_watches`))[0];
  return {
    ...(fileNr[0] !== undefined && { openFiles: fileNr[0] }),
    ...(fileMax !== undefined && { fileMax }),
    ...(nrOpen !== undefined && { nrOpen }),
    ...(instances !== undefined && { inotifyInstances: instances }),
    ...(watches !== undefined && { inotifyWatches: watches }),
  };
}
