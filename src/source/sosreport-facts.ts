import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLimitLine } from '../dialect/line/limit-line.ts';
import type { ProcessFact, SystemFact } from '../model/process.ts';

/** How sos ran a command. */
export interface Run {
  /** UTC ISO-8601 with milliseconds; null if the report does not say. */
  readonly time: string | null;
  readonly timedOut: boolean;
  readonly truncated: boolean;
}

/** Exit status that sos records for a command it stopped. */
const TIMED_OUT = 124;

/** A file's text, or null where the report lacks it: links may dangle, files may be unreadable. */
function text(...path: string[]): string | null {
  try {
    return readFileSync(join(...path), 'utf8');
  } catch {
    return null;
  }
}

/** What `proc/N/limits` and `proc/N/status` say about each process (proc_pid_limits(5), proc_pid_status(5)). */
export function processFacts(root: string): ProcessFact[] {
  let names: string[];
  try {
    names = readdirSync(join(root, 'proc'));
  } catch {
    return [];
  }
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return pids
    .sort((a, b) => a - b)
    .map((pid) => ({ pid, ...statusOf(text(root, 'proc', `${pid}`, 'status')), ...limitsOf(root, pid) }))
    .filter((fact) => Object.keys(fact).length > 1);
}

function limitsOf(root: string, pid: number): Omit<ProcessFact, 'pid'> {
  const line = /^Max open files.*$/m.exec(text(root, 'proc', `${pid}`, 'limits') ?? '')?.[0];
  return (line !== undefined && parseLimitLine(`proc/${pid}/limits:${line}`)) || {};
}

function statusOf(status: string | null): Omit<ProcessFact, 'pid'> {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status ?? '')?.[1]?.trim();
  const number = (name: string): number | undefined => {
    const value = Number.parseInt(field(name) ?? '', 10);
    return Number.isNaN(value) ? undefined : value;
  };
  const [command, state, ppid, uid, threads] = [
    field('Name'),
    field('State'),
    number('PPid'),
    number('Uid'),
    number('Threads'),
  ];
  const kilobytes = number('VmRSS');
  return {
    ...(command ? { command } : {}),
    ...(state ? { state: state.charAt(0) } : {}),
    ...(ppid === undefined ? {} : { ppid }),
    ...(uid === undefined ? {} : { uid }),
    ...(threads === undefined ? {} : { threads }),
    ...(kilobytes === undefined ? {} : { rss: kilobytes * 1024 }),
  };
}

/** The machine's limits, from copied files of /proc/sys/fs or from `sysctl -a`; null if it has neither. */
export function systemFact(root: string): SystemFact | null {
  const table = text(root, 'sos_commands', 'kernel', 'sysctl_-a') ?? '';
  const value = (path: string): number | undefined => {
    const key = `fs.${path.replaceAll('/', '.')}`;
    const pattern = new RegExp(`^${key.replaceAll('.', '\\.')} = (\\d+)`, 'm');
    const found = /^\d+/.exec(text(root, 'proc', 'sys', 'fs', path) ?? '')?.[0] ?? pattern.exec(table)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const fact: SystemFact = {
    ...named('openFiles', value('file-nr')),
    ...named('fileMax', value('file-max')),
    ...named('nrOpen', value('nr_open')),
    ...named('inotifyInstances', value('inotify/max_user_instances')),
    ...named('inotifyWatches', value('inotify/max_user_watches')),
  };
  return Object.keys(fact).length > 0 ? fact : null;
}

function named(key: keyof SystemFact, value: number | undefined): SystemFact {
  return value === undefined ? {} : { [key]: value };
}

/** Name of the host the report is of. */
export function hostOf(root: string): string | null {
  const places = [['hostname'], ['sos_commands', 'host', 'hostname'], ['etc', 'hostname']];
  for (const place of places) {
    const name = /^\S+/.exec(text(root, ...place) ?? '')?.[0];
    if (name !== undefined) return name;
  }
  return null;
}

/** How and when the command ran whose output is at `path`: by the manifest (sos >= 4.0), else the report's `date`. */
export function runOf(root: string, path: string): Run {
  const run = manifestRun(root, path);
  if (run) return run;
  const date =
    text(root, 'sos_commands', 'date', 'date_--utc') ??
    text(root, 'sos_commands', 'date', 'date') ??
    text(root, 'date');
  return { time: isoTime(Date.parse(date?.split('\n')[0] ?? '')), timedOut: false, truncated: false };
}

interface ManifestCommand {
  readonly filepath?: unknown;
  readonly start_time?: unknown;
  readonly return_code?: unknown;
  readonly truncated?: unknown;
}

interface Manifest {
  readonly components?: {
    readonly report?: { readonly plugins?: Record<string, { readonly commands?: readonly ManifestCommand[] }> };
  };
}

function manifestRun(root: string, path: string): Run | null {
  const json = text(root, 'sos_reports', 'manifest.json');
  if (json === null) return null;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(json);
  } catch {
    return null;
  }
  const plugins = Object.values(manifest.components?.report?.plugins ?? {});
  for (const command of plugins.flatMap((plugin) => plugin.commands ?? [])) {
    if (command.filepath !== path) continue;
    return {
      time: isoTime(Number(command.start_time) * 1000),
      timedOut: command.return_code === TIMED_OUT,
      truncated: command.truncated === true,
    };
  }
  return null;
}

function isoTime(milliseconds: number): string | null {
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString() : null;
}
