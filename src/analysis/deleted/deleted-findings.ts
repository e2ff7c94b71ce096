import { bytesText } from '../../model/bytes-text.ts';
import type { Finding } from '../../model/report.ts';
import { counted } from '../finding/rule.ts';
import { processName } from '../process/process-summary.ts';
import type { DeletedHolder } from './deleted-data.ts';

/** Bytes from which a process is worth a finding, and those from which it is a warning: a disk fills up unseen. */
const INFO_BYTES = 2 ** 20;
const WARNING_BYTES = 2 ** 30;

/** Who holds so much that it is worth to have it back, and the lines that do it. */
export function deletedFindings(holders: readonly DeletedHolder[]): Finding[] {
  return holders.flatMap((holder) => {
    const { pid, startTime, command, files, bytes, allocated, alone, unsized, largest, release } = holder;
    const held = allocated ?? bytes;
    if (held < INFO_BYTES) return [];
    const shared = alone !== null && alone < held ? `, ${bytesText(alone)} of it alone` : '';
    const notes = [...new Set(release.map(({ note }) => note).filter((text) => text !== null))];
    const how =
      release.length === 0
        ? 'free when it closes them or ends'
        : `to release it without a restart${notes.length > 0 ? ` (${notes.join('; ')})` : ''}:`;
    return [
      {
        rule: 'deleted-space',
        severity: held >= WARNING_BYTES ? 'warning' : 'info',
        pid,
        startTime,
        target: largest,
        message: `${processName({ pid, command })} holds ${bytesText(held)} in ${counted(files, 'deleted file')}${shared}: ${how}`,
        evidence: { files, bytes, allocated, alone, unsized, sources: release.map(({ source }) => source) },
        next: release.map(({ line }) => line),
      },
    ];
  });
}
