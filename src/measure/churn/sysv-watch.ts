import type { SysvChange } from '../../analysis/churn/churn-data.ts';
import { tryKernelText } from '../../source/proc/kernel/kernel-file.ts';
import { type SysvObject, sharesSysv, sysvObjects } from '../../source/proc/kernel/sysv.ts';
import { parseStatus } from '../../source/proc/process/status.ts';

const KINDS = ['queue', 'semaphores', 'memory'] as const;

/** System V objects of the user of a manager, then and now: what a killed one leaves behind takes no descriptor. */
export class SysvWatch {
  readonly #root: string;
  readonly #creator: number | null;
  readonly #before: readonly SysvObject[] | null;
  /** Why nothing can be said, as a sentence; null where it can. */
  readonly hidden: string | null;

  constructor(root: string, manager: number) {
    this.#root = root;
    this.#creator = parseStatus(tryKernelText(`${root}/${manager}/status`) ?? '').uid;
    const shared = sharesSysv(root, manager);
    // Who may not read the link of another user's process is mostly in the same namespace as it; a container's would differ.
    this.hidden =
      shared === false ? 'the manager has an IPC namespace of its own: its System V objects are not seen' : null;
    this.#before = this.hidden === null ? this.#objects() : null;
  }

  /** null where they cannot be seen. */
  changes(): SysvChange[] | null {
    const [before, after] = [this.#before, this.#before === null ? null : this.#objects()];
    if (before === null || after === null) return null;
    return KINDS.map((kind) => {
      const [then, now] = [before, after].map((all) => all.filter((one) => one.kind === kind).map(({ id }) => id));
      const ids = (now ?? []).filter((id) => then?.includes(id) !== true);
      return { kind, before: then?.length ?? 0, after: now?.length ?? 0, ids };
    });
  }

  #objects(): SysvObject[] | null {
    return (
      sysvObjects(this.#root)?.filter(({ creator }) => this.#creator === null || creator === this.#creator) ?? null
    );
  }
}
