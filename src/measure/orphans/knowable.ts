import type { Service } from '../../analysis/orphans/observation.ts';
import type { FileSystemState } from '../../source/disk/file-system.ts';
import type { HolderScan, Unreadable } from '../../source/proc/file/file-holders.ts';
import { type FilePlace, isWithin, overlap, PlaceTable } from '../../source/proc/file/file-place.ts';
import type { OverlayLayer } from '../../source/proc/file/overlay-layers.ts';
import { tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { hiddenProcesses } from '../../source/proc/kernel/namespaces.ts';

/** CAP_SYS_PTRACE (capabilities(7)): what reading another user's /proc/PID/fd takes. */
const PTRACE = 19n;

/** Whether this process may look into those of others. */
export function mayLook(proc: string): boolean {
  const mask = /^CapEff:\s+([0-9a-f]+)/m.exec(tryKernelText(`${proc}/self/status`) ?? '')?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> PTRACE) & 1n) === 1n;
}

export interface Circumstances {
  readonly proc: string;
  readonly folders: readonly { readonly path: string; readonly disk: FileSystemState }[];
  readonly scans: readonly HolderScan[];
  readonly service: Service | null;
}

/** Why holders of files in these folders cannot be known, in whole sentences; none where they can. */
export function whyUnknowable({ proc, folders, scans, service }: Circumstances): string[] {
  const reasons: string[] = [];
  const table = new PlaceTable(tryKernelText(`${proc}/self/mountinfo`) ?? '');
  const layers = scans.flatMap((scan) => scan.layers);
  for (const { path, disk } of folders) {
    if (disk.overlay)
      reasons.push(`${path} is an overlay, whose files have other numbers where they are opened from below`);
    else if (!disk.local)
      reasons.push(`${path} is no local file system (${disk.type}): other machines may hold its files`);
    const layer = layers.find((one) => isLayerOf(one, path, table.placeOf(path)));
    if (layer !== undefined) {
      const is = layer.places.length === 0 ? 'may be' : 'is';
      reasons.push(`${path} ${is} part of an overlay (${layer.name}): a container may hold its files`);
    }
  }
  if (!mayLook(proc)) reasons.push("other users' processes cannot be looked into (needs root: CAP_SYS_PTRACE)");
  reasons.push(...hiddenProcesses(proc, true, true));
  const candidates = new Map(scans.flatMap(({ unreadable }) => unreadable.map(({ pid, what }) => [pid, what])));
  const refused = [...candidates].filter(([pid]) => isCandidate(pid, service));
  const [first] = refused;
  if (first && mayLook(proc)) {
    const more = refused.length === 1 ? '' : ` and ${refused.length - 1} more`;
    reasons.push(`process ${first[0]}${more} could not be read (${first[1]}) and may hold any file`);
  }
  return reasons;
}

/** Where a service is named the files are its own: a process outside of it may read them and does not need them. */
export function isCandidate(pid: number, service: Service | null): boolean {
  return service === null || service.processes.some((process) => process.pid === pid);
}

/** Processes outside of the service that could not be read: a sentence. */
export function unreadOthers(unreadable: readonly Unreadable[], service: Service | null): string[] {
  const others = new Set(unreadable.map(({ pid }) => pid).filter((pid) => !isCandidate(pid, service)));
  if (others.size === 0) return [];
  const [first] = others;
  const who = others.size === 1 ? `process ${first}` : `${others.size} processes (such as ${first})`;
  return [`${who} could not be read: not of the service, so taken to need none of these files`];
}

/** By place, which is the same by every name; a layer that nobody knows the place of may be anywhere. */
function isLayerOf({ name, places }: OverlayLayer, path: string, place: FilePlace | null): boolean {
  if (places.length === 0) return !name.startsWith('/') || isWithin(name, path) || isWithin(path, name);
  return place === null || places.some((one) => overlap(one, place));
}
