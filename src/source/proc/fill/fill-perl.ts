import { perl, perlPath } from '../kernel/perl.ts';
import {
  F_GETPIPE_SZ,
  FIONREAD,
  type FillAnswer,
  type FillReader,
  fillError,
  PIDFD_GETFD,
  PIDFD_OPEN,
  REPLACED,
  SIOCOUTQ,
} from './fill-call.ts';

/** Answers of a look that come from one helper: its time is bounded. */
const LOOK = 4096;

/**
 * Reads `kind node pid descriptor readPid readDescriptor` a line (-1 = none), writes `queued capacity`, or `! errno`, or `?`
 * where the descriptor is another file by now. Nothing stays open from one line to the next.
 */
const SCRIPT = `
sub size { my($h,$kind,$node)=@_; my @s=stat($h); my $is=$kind eq "pipe"?-p $h:-S $h;
  return "?" if !@s||$s[1] ne $node||!$is;
  my $b=pack("i",0); defined ioctl($h,${FIONREAD},$b) or return "! ".($!+0);
  my $queued=unpack("i",$b); my $size;
  if($kind eq "pipe"){$size=fcntl($h,${F_GETPIPE_SZ},0); defined $size or return "! ".($!+0)}
  else{$b=pack("i",0); defined ioctl($h,${SIOCOUTQ},$b) or return "! ".($!+0); $size=unpack("i",$b)}
  return $queued." ".($size+0)
}
while(<STDIN>){chomp; my($kind,$node,$pid,$fd,$rpid,$rfd)=split / /;
  my $p=syscall(${PIDFD_OPEN},$pid+0,0); my $e=$!+0; my $copy=-1;
  if($p>=0){$copy=syscall(${PIDFD_GETFD},$p,$fd+0,0); $e=$!+0; open(my $c,"<&=",$p); close($c)}
  my $said="! $e"; my $h;
  if($copy>=0){$said=open($h,$kind eq "pipe"?">&=":"+<&=",$copy)?size($h,$kind,$node):"! ".($!+0)}
  elsif($rpid>=0&&sysopen($h,"/proc/$rpid/fd/$rfd",04000)){$said=size($h,$kind,$node)}
  close($h) if $h; print "$said\\n"
}`;

/** Asks in one helper for all; null where there is no perl, or it failed. */
export function perlReader(): FillReader | null {
  if (perlPath() === null) return null;
  return (questions) => {
    const answers: FillAnswer[] = [];
    for (let at = 0; at < questions.length; at += LOOK) {
      const some = questions.slice(at, at + LOOK);
      const said = perl(
        SCRIPT,
        some.map(
          ({ kind, node, pid, descriptor, readEnd }) =>
            `${kind} ${node} ${pid} ${descriptor} ${readEnd?.pid ?? -1} ${readEnd?.descriptor ?? -1}`,
        ),
      );
      if (said === null) return null;
      for (const [i, { key }] of some.entries()) answers.push(answerOf(key, said[i] ?? ''));
    }
    return answers;
  };
}

function answerOf(key: string, said: string): FillAnswer {
  const failed = /^! (\d+)$/.exec(said);
  if (failed) return { key, why: fillError(Number(failed[1])) };
  const [queued, capacity] = said.split(' ').map(Number);
  if (said === '?' || queued === undefined || capacity === undefined) return { key, why: REPLACED };
  return { key, queued, capacity };
}
