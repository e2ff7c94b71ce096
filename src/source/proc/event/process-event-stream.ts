import { isInitialPidNamespace } from '../kernel/namespaces.ts';
import { Relay } from '../kernel/relay.ts';
import { readStat } from '../process/read-stat.ts';
import { LOST_LENGTH, type ProcessEvent, ProcessEventDecoder, WANTED_EVENTS } from './process-events.ts';

/** ms until the kernel must have told something. */
const PATIENCE = 3000;
/** Seconds for the first way of asking to be heard. A kernel before 6.6 does not know it. */
const ANSWER_SECONDS = 0.3;
/** Seconds between two deliveries: what many short processes cost us must not depend on how many they are. */
const BATCH_SECONDS = 0.01;
/** Bytes of the socket's queue: about 7,000 events, as the kernel accounts for them. */
const QUEUE = 1 << 23;

/**
 * Passes netlink messages of the process connector on from the kernel to stdout until stdin is closed. Node has no
 * netlink sockets, perl-base has: AF_NETLINK 16, SOCK_DGRAM 2, NETLINK_CONNECTOR 11; group and index of CN_IDX_PROC are 1.
 * SO_RCVBUFFORCE 33 takes a right, SO_RCVBUF 8 does not. A kernel that takes a choice of events lets its own answer fall under
 * it, so a child is started for it to tell of. Exits with 3 where that is refused, with 4 where nothing is told, with 5 where
 * there is no such socket.
 */
const SCRIPT = `
socket(S,16,2,11)or exit 5;bind(S,pack("SSLL",16,0,0,1))or exit 3;
setsockopt(S,1,33,pack("i",${QUEUE}))or setsockopt(S,1,8,pack("i",${QUEUE}));
sub ask{my$c=pack("LLLLSS",1,1,0,0,length$_[0],0).$_[0];defined syswrite(S,pack("LSSLL",16+length$c,3,0,0,0).$c)or exit 3}
sub ready{my$r="";vec($r,fileno(S),1)=1;vec($r,0,1)=1;select($r,undef,undef,$_[0]);$r}
sub stir{my$p=fork;defined$p or exit 3;$p or exit 0;waitpid$p,0}
ask(pack("LL",1,${WANTED_EVENTS}));stir();
if(!vec(ready(${ANSWER_SECONDS}),fileno(S),1)){ask(pack("L",1));stir();vec(ready(1),fileno(S),1)or exit 4}
while(1){my$r=ready(undef);my$o="";
if(vec($r,fileno(S),1)){for(1..4096){my$b;
if(defined recv(S,$b,8192,64)){$o.=$b}elsif($!==105){$o.=pack("LSSLL",${LOST_LENGTH},0,0,0,0)}else{last}}}
while(length$o){my$n=syswrite(STDOUT,$o);defined$n or exit;substr($o,0,$n)=""}
if(vec($r,0,1)){sysread(STDIN,my$b,64)or exit}
select(undef,undef,undef,${BATCH_SECONDS})}`;

const REFUSALS: Readonly<Record<number, string>> = {
  3: 'the kernel refuses to tell them (before Linux 6.6 they are for root)',
  4: 'the kernel does not tell them here (a pid namespace of its own, or no CONFIG_PROC_EVENTS)',
  5: 'the kernel does not tell them here (a network namespace of its own, or no CONFIG_CONNECTOR)',
};

/** Every process of the machine that begins and ends from now on, as the kernel tells it. */
export class ProcessEventStream {
  readonly #relay: Relay;
  readonly #decoder = new ProcessEventDecoder();
  #queue: ProcessEvent[] = [];
  /** It was to end. */
  #closed = false;
  /** Why nothing comes any more; null while all is well. */
  failure: string | null = null;

  private constructor(relay: Relay) {
    const { child } = relay;
    this.#relay = relay;
    child.once('close', () => {
      if (!this.#closed) this.failure ??= 'the relay of process events ended';
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      try {
        this.#queue.push(...this.#decoder.push(bytes));
      } catch (error) {
        this.failure ??= error instanceof Error ? error.message : String(error);
        child.stdin?.end();
      }
    });
  }

  /**
   * Begins to listen; a sentence where that cannot be: without perl, without CONFIG_PROC_EVENTS, without the right (before Linux
   * 6.6 that of root), in a namespace of its own (nobody answers there).
   */
  static async open(): Promise<ProcessEventStream | string> {
    if (!isInitialPidNamespace('/proc')) return 'this is a container, and the kernel tells them outside only';
    const relay = Relay.start(SCRIPT);
    if (relay === null) return 'there is no /usr/bin/perl to ask for them';
    const { child } = relay;
    const stream = new ProcessEventStream(relay);
    const why = await new Promise<string | null>((resolve) => {
      const late = setTimeout(() => resolve('the kernel did not answer in time'), PATIENCE);
      const settle = (answer: string | null): void => {
        clearTimeout(late);
        resolve(answer);
      };
      child.once('error', (error) => settle(`perl could not be started (${error.message})`));
      child.once('exit', (code) => settle(REFUSALS[code ?? 0] ?? 'the relay of process events ended'));
      child.stdout?.on('data', () => {
        for (const event of stream.#queue) {
          if (event.what === 'answer' && event.error !== 0) settle(`the kernel refuses (error ${event.error})`);
          // The relay's own child, by the pids that we know: others are told of in a namespace where somebody else listens.
          if (event.what === 'fork' && event.parent === child.pid) settle(null);
        }
      });
    });
    if (why === null) return stream;
    await stream.close();
    return why;
  }

  /** What has come since it was asked before, in order. */
  take(): readonly ProcessEvent[] {
    const taken = this.#queue;
    this.#queue = [];
    return taken.filter(({ what }) => what !== 'answer');
  }

  /** CPU seconds that the relay has used; it is ours. */
  get cpuSeconds(): number {
    return readStat(`/proc/${this.#relay.child.pid}`)?.cpuSeconds ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#relay.close();
  }
}
