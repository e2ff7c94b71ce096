/** What a process does with signals (proc_pid_status(5)): masks in which bit n - 1 is signal n. */
export interface SignalMasks {
  readonly caught: bigint;
  readonly ignored: bigint;
  /** By every thread: one that does not would take it. */
  readonly blocked: bigint;
  /** Blocked, and read from a signalfd (signalfd(2)); or blocked by every thread but those that sleep in sigwait(3). */
  readonly awaited: bigint;
  /**
   * A thread sleeps in sigwait(3). Meanwhile the kernel shows what it waits for as not blocked (do_sigtimedwait, kernel/signal.c),
   * so in a process of one thread nobody can tell what that is.
   */
  readonly waits: boolean;
  /** Sent, and not taken by anybody yet. */
  readonly pending: bigint;
  /** First process of a pid namespace: what it does not catch does not reach it (pid_namespaces(7)). */
  readonly init: boolean;
  /** Stopped, or held by a debugger: it takes no signal but SIGKILL for now. */
  readonly stopped: boolean;
  /** Whether the descriptors could be searched for a signalfd. */
  readonly searched: boolean;
}
