/** What a process's cgroup path says about who runs it. */
export interface CgroupFact {
  /** Path below the cgroup root. */
  readonly cgroup: string;
  /** Container id: 64 hex digits, or the name for LXC and nspawn, which have no ids. */
  readonly container?: string;
  /** systemd unit. */
  readonly unit?: string;
  /** Kubernetes pod uid, with dashes. */
  readonly pod?: string;
}

/** docker, containerd, CRI-O and podman all end in the id, with or without `docker-`/`crio-`/`libpod-` and `.scope`. */
const CONTAINER_ID = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/;
/** `/lxc/NAME`, `/lxc.payload/NAME`, `/lxc.payload.NAME`; the monitor of a container is outside of it. */
const LXC = /(?:^|\/)lxc(?:\.payload[./]|\/)([^/]+)/;
/** `machine.slice/machine-NAME.scope` (nspawn) and `systemd-nspawn@NAME.service`. */
const NSPAWN = /(?:^|\/)(?:machine-([^/]+)\.scope|systemd-nspawn@([^/]+)\.service)(?:\/|$)/;
/** `pod<uid>` (cgroupfs) or `kubepods-burstable-pod<uid with underscores>.slice` (systemd). */
const POD =
  /[/-]pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?:\/|$)/;
const UNIT = /\.(?:service|scope|socket|mount|swap)$/;

/** systemd escapes `-` and other bytes of a name in a unit as `\xNN`. */
function unescapeUnit(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * Parses `/proc/PID/cgroup` (cgroups(7)): lines `hierarchy:controllers:path`. With cgroup v2 there is one line;
 * with v1 the path of systemd's own hierarchy is the most telling, else the longest. Null for a file without lines.
 */
export function parseCgroup(text: string): CgroupFact | null {
  let best: string | null = null;
  let systemd = false;
  for (const line of text.split('\n')) {
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    if (!match) continue;
    const path = match[3] as string;
    if (best === null || (path !== '/' && (best === '/' || (!systemd && path.length > best.length)))) {
      best = path;
      systemd = match[2] === 'name=systemd';
    } else if (match[2] === 'name=systemd' && path !== '/') {
      best = path;
      systemd = true;
    }
  }
  if (best === null) return null;
  return { cgroup: best, ...container(best), ...unit(best), ...pod(best) };
}

function container(path: string): { container?: string } {
  const id = CONTAINER_ID.exec(path)?.[1] ?? LXC.exec(path)?.[1];
  if (id !== undefined) return { container: id };
  const machine = NSPAWN.exec(path);
  const name = machine?.[1] ?? machine?.[2];
  return name === undefined ? {} : { container: unescapeUnit(name) };
}

function unit(path: string): { unit?: string } {
  // The innermost unit: `user@1000.service/app.slice/foo.service` is foo. A container's scope names the container.
  const parts = path.split('/').reverse();
  const name = parts.find((part) => UNIT.test(part) && !CONTAINER_ID.test(part));
  return name === undefined ? {} : { unit: name };
}

function pod(path: string): { pod?: string } {
  const uid = POD.exec(path)?.[1];
  return uid === undefined ? {} : { pod: uid.replaceAll('_', '-') };
}
