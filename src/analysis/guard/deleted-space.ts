import { bytesText } from '../../model/bytes-text.ts';
import type { Report } from '../../model/report.ts';
import type { DeletedData } from '../deleted/deleted-data.ts';
import { processName } from '../process/process-summary.ts';
import type { Observation } from './alert.ts';

/** What `deleted` found, as one value: the space on disks that deleted files hold. */
export function deletedSpace({ data, coverage }: Report<DeletedData>): Observation {
  const { disk, holders } = data;
  const [most] = holders;
  const held = most ? (most.allocated ?? most.bytes) : null;
  return {
    key: 'deleted',
    target: { kind: 'deleted', name: 'deleted files', pid: null, startTime: null, command: null },
    value: disk.allocated ?? disk.bytes,
    partial: coverage.processes.refused > 0 || disk.unsized > 0,
    detail: most && held !== null ? `${bytesText(held)} of it by ${processName(most)}` : null,
    evidence: {
      files: disk.files,
      bytes: disk.bytes,
      allocated: disk.allocated,
      unsized: disk.unsized,
      processes: holders.length,
      most: most ? { pid: most.pid, startTime: most.startTime, command: most.command, bytes: held } : null,
      largest: most?.largest ?? null,
      refused: coverage.processes.refused,
    },
  };
}
