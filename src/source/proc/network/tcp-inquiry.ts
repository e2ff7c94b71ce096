import { Relay } from '../kernel/relay.ts';
import { SocketDiagDecoder } from './socket-diag.ts';
import type { TcpEndpoint } from './tcp-endpoints.ts';

/** setns(2) has no wrapper in perl, as it has none in Node; by architecture. */
const SETNS: Readonly<Record<string, number>> = {
  x64: 308,
  arm64: 268,
  riscv64: 268,
  loong64: 268,
  s390x: 339,
  ppc64: 350,
};
/** All states of TCP but TIME_WAIT, 6: nobody holds such a socket, and a busy machine has ten thousands of them. */
const STATES = 0x1fff & ~(1 << 6) & ~1;

/**
 * Writes, for each byte that it reads, what the kernel answers about the TCP sockets of IPv4 (family 2) and then of IPv6 (10).
 * AF_NETLINK 16, SOCK_RAW 3, NETLINK_SOCK_DIAG 4, SOCK_DIAG_BY_FAMILY 20, NLM_F_REQUEST | NLM_F_DUMP 0x301, IPPROTO_TCP 6,
 * CLONE_NEWNET 0x40000000. A list ends with a message of type 3 (NLMSG_DONE) or 2 (NLMSG_ERROR).
 */
const SCRIPT = `
my($call,$place)=@ARGV;
if(length$place){open(my$n,"<",$place)or exit 3;syscall($call+0,fileno($n),0x40000000)==0 or exit 3}
socket(S,16,3,4)or exit 5;binmode STDOUT;
while(sysread(STDIN,my$ask,1)){my$o="";
for my$family(2,10){
defined syswrite(S,pack("LSSLLCCCCLx48",72,20,0x301,1,0,$family,6,0,0,${STATES}))or exit 4;
my$more=1;while($more){my$b;defined recv(S,$b,1<<16,0)or exit 4;$o.=$b;
for(my$at=0;$at+16<=length$b;){my($size,$type)=unpack("LS",substr($b,$at,6));$size<16 and exit 4;
$more=0 if$type==3||$type==2;$at+=($size+3)&~3}}}
while(length$o){my$n=syswrite(STDOUT,$o);defined$n or exit;substr($o,0,$n)=""}}`;

/** The way to ask the kernel for the TCP sockets of one network namespace by sock_diag(7), again and again. */
export class TcpInquiry {
  readonly #relay: Relay;
  readonly #decoder = new SocketDiagDecoder();
  readonly #waiting: ((table: readonly TcpEndpoint[] | null) => void)[] = [];
  #broken = false;

  private constructor(relay: Relay) {
    const { child } = relay;
    this.#relay = relay;
    child.once('error', () => this.#give());
    child.once('close', () => this.#give());
    child.stdin?.on('error', () => this.#give());
    child.stdout?.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /**
   * Null where it cannot be: without perl, or on an architecture whose setns(2) is not known here.
   *
   * @param place the file of the namespace (`/proc/PID/ns/net`), which is opened soon after; null for our own
   */
  static open(place: string | null): TcpInquiry | null {
    const call = SETNS[process.arch];
    if (place !== null && call === undefined) return null;
    const relay = Relay.start(SCRIPT, [String(call ?? 0), place ?? '']);
    return relay && new TcpInquiry(relay);
  }

  /** Every TCP socket but those in TIME_WAIT; null where the kernel does not answer, and from then on. */
  ask(): Promise<readonly TcpEndpoint[] | null> {
    if (this.#broken) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#relay.child.stdin?.write('?');
    });
  }

  async close(): Promise<void> {
    await this.#relay.close();
  }

  #take(bytes: Buffer): void {
    try {
      for (const table of this.#decoder.push(bytes)) {
        if (table === null) this.#broken = true;
        this.#waiting.shift()?.(table);
      }
    } catch {
      // It is another program than the one we know.
      this.#give();
      this.#relay.child.stdin?.end();
    }
  }

  /** Nothing will come any more. */
  #give(): void {
    this.#broken = true;
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }
}
