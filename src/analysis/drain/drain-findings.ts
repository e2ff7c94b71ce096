import type { Finding, Json, Severity } from '../../model/report.ts';
import { signalName } from '../../model/signal.ts';
import { counted } from '../finding/rule.ts';
import { leaksofLine } from '../next-command.ts';
import type { DrainData, DrainOptions, DrainProcess } from './drain-data.ts';
import type { DrainFold } from './fold.ts';
import { listenersOf } from './life-record.ts';
import { outcomeText, seconds } from './outcome-text.ts';

/** An exit status above it stands for a signal, as shells have it. */
const SIGNAL_STATUS = 128;

export function drainFindings(data: DrainData, fold: DrainFold, options: DrainOptions): Finding[] {
  if (!options.followed) return data.processes.flatMap((process) => beforehand(process, fold, options));
  return [
    ...data.processes.flatMap((process) => afterwards(process)),
    ...backlogFindings(fold),
    ...portFindings(data, options),
  ];
}

function about(
  { pid, startTime }: Pick<DrainProcess, 'pid' | 'startTime'>,
  said: {
    readonly rule: string;
    readonly severity: Severity;
    readonly message: string;
    readonly evidence: { readonly [key: string]: Json };
    readonly next?: readonly string[];
    readonly target?: string;
  },
): Finding {
  const { rule, severity, message, evidence, next = [], target = null } = said;
  return { rule, severity, pid, startTime, target, message, evidence, next };
}

/** What is certain before the signal is sent. Nothing is said of a signal that is caught. */
function beforehand(process: DrainProcess, { lives }: DrainFold, { signal, source }: DrainOptions): Finding[] {
  const { command, pid, role, before } = process;
  const name = signalName(signal);
  const disposition = process.signals?.[name.replace(/^SIG/, '')];
  const who = `${command} ${pid}`;
  const evidence = { signal: name, disposition: disposition ?? null };
  const masks = lives.find(({ fact }) => fact.pid === pid)?.fact.signals ?? null;
  if (masks?.stopped === true) {
    const message = `${who} is stopped: until it is continued no signal but SIGKILL reaches it.`;
    return [about(process, { rule: 'stopped', severity: 'warning', message, evidence, next: [`kill -CONT ${pid}`] })];
  }
  if (role === 'beside' || disposition === undefined) return [];
  if (disposition === 'ignored' || disposition === 'blocked') {
    const why =
      masks?.init === true
        ? 'is the first process of a container, and has no handler for it'
        : disposition === 'ignored'
          ? 'ignores it'
          : 'blocks it in every thread, and nobody waits for it';
    const message = `${who} will not stop on ${name}: it ${why}.`;
    return [about(process, { rule: 'will-not-stop', severity: 'warning', message, evidence })];
  }
  if (disposition !== 'default') return [];
  const open = before === null ? 0 : before.in + before.out;
  // What has neither a name nor a byte is a lock or a heartbeat.
  const files = (before?.files ?? []).filter(({ deleted, size }) => !deleted || size > 0).length;
  const what =
    before === null
      ? 'what that would cut cannot be read'
      : `${counted(open, 'connection')} and ${counted(files, 'open file')} would be cut off`;
  return [
    about(process, {
      rule: 'dies-at-once',
      severity: open > 0 || files > 0 ? 'warning' : 'info',
      message: `${who} has no handler for ${name} and dies at once when it comes; ${what}.`,
      evidence: { ...evidence, connections: before === null ? null : open, files: before === null ? null : files },
      next: open > 0 ? [leaksofLine(source, 'show', String(pid))] : [],
    }),
  ];
}

function afterwards(process: DrainProcess): Finding[] {
  const { command, pid, outcome, well, evidence, ended, accepted, connected, opened } = process;
  const findings: Finding[] = [];
  const who = `${command} ${pid}`;
  if (outcome !== null && well !== true) {
    findings.push(
      about(process, {
        rule: outcome,
        severity: well === false ? 'critical' : 'warning',
        message: `${who}: ${outcomeText(process)}; ${evidence.join('; ')}.`,
        evidence: {
          seconds: ended?.seconds ?? null,
          code: ended?.code ?? null,
          signal: ended?.signal ?? null,
          accepted,
          connected,
          opened,
        },
      }),
    );
  }
  if (ended !== null && ended.code !== null && ended.code !== 0 && ended.code <= SIGNAL_STATUS) {
    findings.push(
      about(process, {
        rule: 'exit-status',
        severity: 'warning',
        message: `${who} exited with status ${ended.code} after ${seconds(ended.seconds)}: it says itself that something failed.`,
        evidence: { code: ended.code },
      }),
    );
  }
  return findings;
}

/** A connection that nobody has accepted is reset when its listener closes. */
function backlogFindings({ lives, begin }: DrainFold): Finding[] {
  const zero = begin?.seconds ?? 0;
  const seen = new Set<string>();
  return lives.flatMap(({ fact, sockets, end }) =>
    listenersOf({ sockets }).flatMap(({ inode, local, receiving, gone }) => {
      const closed = gone ?? end?.seconds ?? null;
      if (receiving === 0 || closed === null || closed < zero || seen.has(inode)) return [];
      const shared = lives.some((other) => other.end === null && other.sockets.get(inode)?.gone === null);
      if (shared) return [];
      seen.add(inode);
      return [
        about(fact, {
          rule: 'backlog',
          severity: 'warning',
          target: local,
          message: `${counted(receiving, 'connection')} to ${local} had not been accepted at the last look before it was closed: the kernel resets those.`,
          evidence: { address: local, waiting: receiving },
        }),
      ];
    }),
  );
}

/** Who keeps a port keeps the next start of the service from it. */
function portFindings({ listeners, processes }: DrainData, { source }: DrainOptions): Finding[] {
  return listeners.flatMap(({ address, held }) =>
    held.map(({ pid, command }) => {
      const known = processes.find((process) => process.pid === pid && process.ended === null);
      const orphan =
        known?.role === 'descendant' && processes.some((one) => one.pid === known.parent && one.ended !== null);
      const who = `${command} ${pid}`;
      const what =
        known === undefined
          ? `${who} listens on ${address} now, which was not one of those that were looked at`
          : orphan
            ? `${who} outlives its manager ${known.parent} and keeps ${address}: the next start fails with "address already in use"`
            : `${who} still listens on ${address}`;
      return about(known ?? { pid, startTime: null }, {
        rule: 'port-kept',
        severity: orphan ? 'critical' : 'info',
        target: address,
        message: `${what}.`,
        evidence: { address, orphan },
        next: [leaksofLine(source, 'drain', String(pid))],
      });
    }),
  );
}
