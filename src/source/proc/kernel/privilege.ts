import { tryKernelText } from './kernel-file.ts';

/** Who we are to the processes we look at. */
export interface Privilege {
  /** Effective uid; null where the platform has none. */
  readonly uid: number | null;
  /** Whether we have any capability: then only trying tells what we may see. */
  readonly capable: boolean;
}

export function ownPrivilege(root: string): Privilege {
  const uid = process.geteuid?.() ?? null;
  const mask = /^CapEff:\s+([0-9a-f]+)/m.exec(tryKernelText(`${root}/self/status`) ?? '')?.[1] ?? '0';
  return { uid, capable: uid === 0 || /[1-9a-f]/.test(mask) };
}

/** Whether a listing of a process of this user is sure to be refused (ptrace(2), access mode checking). */
export function surelyRefused(privilege: Privilege, uid: number | undefined): boolean {
  return !privilege.capable && uid !== undefined && uid !== privilege.uid;
}
