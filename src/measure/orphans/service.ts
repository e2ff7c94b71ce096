import type { Service, ServiceProcess } from '../../analysis/orphans/observation.ts';
import { ProcessChoice } from '../../analysis/process/process-choice.ts';
import { CouldNotTellError } from '../../model/error.ts';
import { tryKernelFile, tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { descendantsOf } from '../../source/proc/process/descendants.ts';
import { type Heartbeats, heartbeatsOf } from '../../source/proc/process/heartbeat.ts';
import { listProcesses } from '../../source/proc/process/processes.ts';
import { readStat } from '../../source/proc/process/read-stat.ts';
import type { ProcessStat } from '../../source/proc/process/stat.ts';

/**
 * Prefork servers whose first process serves no request (nginx.org, beginner's guide: the master reads the configuration and
 * keeps the workers; httpd.apache.org, mpm prefork: the parent launches children, which serve; php-src, sapi/fpm/fpm/fpm.c: "children:
 * return listening socket, parent: never return"). gunicorn's is known by
 * the heartbeats that it shares with its workers (docs.gunicorn.org, "Design": all requests are handled by workers).
 */
const MANAGERS = /^(?:nginx|apache2|httpd|php-fpm[\d.]*)$/;
/** gunicorn's own, in seconds (docs.gunicorn.org, "timeout"). */
const GUNICORN_TIMEOUT = 30;

interface Member {
  readonly pid: number;
  readonly stat: ProcessStat;
  readonly heartbeats: Heartbeats;
}

/**
 * The living processes of a service, which are those that `word` means (a pid, or a label) and their descendants.
 *
 * @throws {CouldNotTellError} if there is none
 */
export function readService(root: string, word: string): Service {
  const choice = new ProcessChoice(word);
  const chosen = listProcesses(root).filter((pid) => {
    if (choice.isPid(pid)) return true;
    const stat = readStat(`${root}/${pid}`);
    return stat !== null && choice.isLabel(stat.command);
  });
  const members = [...new Set([...chosen, ...descendantsOf(root, chosen)])].flatMap((pid): Member[] => {
    const stat = readStat(`${root}/${pid}`);
    // A zombie works on nothing.
    if (!stat || (stat.state === 'Z' && stat.threads <= 1) || pid === process.pid) return [];
    return [{ pid, stat, heartbeats: heartbeatsOf(`${root}/${pid}`) }];
  });
  if (members.length === 0) {
    throw new CouldNotTellError(`--service ${word}: no such process is alive.`, 'name a pid, or a COMMAND as in ps');
  }
  const now = Date.now();
  const uptime = Number.parseFloat(tryKernelText(`${root}/uptime`) ?? '') * 1000;
  return {
    name: word,
    processes: members.map((member) => serviceProcess(member, members, now - uptime)),
    timeout: timeoutOf(root, members),
  };
}

function serviceProcess({ pid, stat, heartbeats }: Member, members: readonly Member[], boot: number): ServiceProcess {
  const children = members.filter((other) => other.stat.ppid === pid);
  const shared = heartbeats.files.some(({ inode }) =>
    children.some((child) => child.heartbeats.files.some((file) => file.inode === inode)),
  );
  const first = !members.some((other) => other.pid === stat.ppid && other.stat.command === stat.command);
  const manager =
    shared || (MANAGERS.test(stat.command) && first && children.some((child) => child.stat.command === stat.command));
  const heartbeat = manager || heartbeats.files.length !== 1 ? null : (heartbeats.files[0]?.changed ?? null);
  return {
    pid,
    command: stat.command,
    started: boot + stat.startSeconds * 1000,
    manager,
    heartbeat,
    serial: heartbeat !== null && stat.threads === 1 && !heartbeats.polls,
  };
}

/** From the command line of whoever gives signs of life; null where a file may say it. */
function timeoutOf(root: string, members: readonly Member[]): number | null {
  const member = members.find(({ heartbeats }) => heartbeats.files.length > 0);
  if (!member) return null;
  const words = (tryKernelFile(`${root}/${member.pid}/cmdline`)?.toString('utf8') ?? '').split('\0');
  for (const [index, word] of words.entries()) {
    const given = /^(?:--timeout=|-t=?)(\d+)$/.exec(word)?.[1];
    if (given !== undefined) return Number(given);
    if ((word === '--timeout' || word === '-t') && /^\d+$/.test(words[index + 1] ?? ''))
      return Number(words[index + 1]);
  }
  // Without any word about a configuration file it is the default.
  return words.some((word) => /^(?:-c|--config)/.test(word)) ? null : GUNICORN_TIMEOUT;
}
