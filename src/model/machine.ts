/** The machine that a snapshot was taken of. Absent or null = not known: a paste says none of it. */
export interface MachineFact {
  readonly host: string | null;
  /** `/proc/sys/kernel/random/boot_id`: pids and start times mean the same only within one boot. */
  readonly bootId: string | null;
  /** Name and release: `Linux 6.8.0-45-generic`. */
  readonly kernel: string | null;
}
