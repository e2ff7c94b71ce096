import { describe, expect, it } from 'vitest';
import type { SocketSight } from '../../../src/analysis/drain/observation.ts';
import {
  file,
  incoming,
  KILLED,
  listener,
  MASKS,
  outgoing,
  Shutdown,
  UNSEEN,
  unnamed,
} from '../../support/shutdown.ts';

const told = ({ verdict, data }: ReturnType<Shutdown['report']>) => [data.outcome, verdict];

/** Work over a connection of its own each 0.2 s, as long as it is at work. */
function working(from: number, to: number, listening: boolean): (shutdown: Shutdown) => void {
  return (shutdown) => {
    for (let step = Math.round(from * 10); step < Math.round(to * 10); step++) {
      const work: SocketSight[] = step % 2 === 0 ? [outgoing(`w${step}`)] : [];
      shutdown.look(step / 10, listening ? [listener(), ...work] : work);
    }
  };
}

function shutdown(...parts: ((one: Shutdown) => void)[]): Shutdown {
  const one = new Shutdown().life(0);
  for (const part of parts) part(one);
  return one;
}

describe('work that goes on by itself', () => {
  it('drains if it goes on without a listener', () => {
    const one = shutdown(working(0, 1, true), (s) => s.sent(1), working(1.1, 4, false));
    const report = one.look(4, []).look(5, []).end(5.1).over(5.2);
    expect(told(report)).toEqual(['drained', 'pass']);
    expect(report.data.processes[0].evidence[0]).toMatch(/^after it had stopped listening it opened 1\d outgoing/);
    expect(report.data.listeners).toEqual([{ address: '127.0.0.1:80', closed: 0.1, held: [] }]);
  });

  it('is lost if it stops where listening stops, however long the end takes', () => {
    for (const end of [1.6, 3.6]) {
      const one = shutdown(working(0, 1, true), (s) => s.sent(1), working(1.1, 1.5, true));
      const report = one.look(1.5, []).end(end).over(end);
      expect(told(report)).toEqual(['died-at-once', 'fail']);
      expect(report.data.processes[0].evidence.join()).toContain('stopped listening, and none after');
    }
  });

  it('is lost if it goes on to the end', () => {
    const one = shutdown(working(0, 1, true), (s) => s.sent(1), working(1.1, 1.6, true));
    expect(told(one.end(1.6).over(1.7))).toEqual(['died-at-once', 'fail']);
  });

  it('had come to rest before', () => {
    const one = shutdown(working(0, 1, true), (s) => s.look(2, [listener()]).sent(3));
    expect(told(one.look(3.1, [listener()]).end(3.2).over(3.3))).toEqual(['died-at-once', 'pass']);
  });

  it('is no claim while requests are there that may have asked for it', () => {
    const one = new Shutdown().life(0);
    for (let step = 0; step < 10; step++) one.look(step / 10, [listener(), incoming('in'), outgoing(`w${step}`)]);
    const report = one
      .sent(1)
      .look(1.1, [listener(), outgoing('w11')])
      .end(1.2, UNSEEN)
      .over(1.3);
    expect(told(report)).toEqual(['unknown', 'inconclusive']);
  });

  it('is not told from its end if how that came was not seen', () => {
    const one = shutdown(working(0, 1, true), (s) => s.sent(1), working(1.1, 4, false));
    expect(told(one.end(4.05, UNSEEN).over(4.2))).toEqual(['unknown', 'inconclusive']);
  });

  it('cannot be told where its sockets had no time to be named', () => {
    const one = new Shutdown().life(0);
    for (let step = 0; step < 10; step++) one.look(step / 10, [listener(), unnamed(`u${step}`)]);
    const report = one.sent(1).look(1.1, [listener()]).end(1.2).over(1.3);
    expect(told(report)).toEqual(['unknown', 'inconclusive']);
    expect(report.data.processes[0].evidence.join()).toContain('faster than the tables');
  });
});

describe('a connection that is open at the end', () => {
  const ended = (sockets: readonly SocketSight[], fate: string | null) =>
    new Shutdown()
      .life(0)
      .look(0, [listener(), ...sockets])
      .sent(1)
      .look(1.1, [listener(), ...sockets])
      .end(
        1.2,
        UNSEEN,
        sockets.map(({ inode }) => ({ inode, state: fate })),
      )
      .over(1.3);

  it('is cut if a client has it', () => {
    const report = ended([incoming('5')], 'FIN_WAIT2');
    expect(told(report)).toEqual(['died-at-once', 'fail']);
    expect(report.data.processes[0].cut).toMatchObject([{ direction: 'in', remote: '10.0.0.9:5000' }]);
  });

  it('is no loss if the other end was through with it, or if it is an idle one of a pool', () => {
    expect(told(ended([{ ...incoming('5'), state: 'CLOSE_WAIT' }], null))).toEqual(['died-at-once', 'pass']);
    expect(told(ended([outgoing('5')], 'FIN_WAIT2'))).toEqual(['died-at-once', 'pass']);
  });

  it('may have been answered or cut, if both ends have closed since', () => {
    for (const fate of ['TIME_WAIT', null]) {
      const report = ended([incoming('5')], fate);
      expect(told(report)).toEqual(['unknown', 'inconclusive']);
      expect(report.data.processes[0].evidence.join()).toContain('finished or cut off could not be seen');
    }
    // One that the process went on with after it had stopped listening.
    const waited = new Shutdown()
      .life(0)
      .look(0, [listener(), incoming('5')])
      .sent(1)
      .look(1.2, [incoming('5')])
      .end(1.5, UNSEEN, [{ inode: '5', state: 'TIME_WAIT' }])
      .over(1.6);
    expect(told(waited)).toEqual(['died-at-once', 'pass']);
  });

  it('is cut if the process had no handler, whatever became of it', () => {
    const one = new Shutdown()
      .life(0, { signals: { ...MASKS, caught: 0n } })
      .look(0, [listener(), incoming('5')])
      .sent(1);
    const report = one.end(1.2, UNSEEN, [{ inode: '5', state: 'TIME_WAIT' }]).over(1.3);
    expect(told(report)).toEqual(['died-at-once', 'fail']);
  });

  it('is cut though the process had begun to drain', () => {
    const report = new Shutdown()
      .life(0)
      .look(0, [listener(), incoming('5')])
      .sent(1)
      .look(1.1, [incoming('5')])
      .look(2.5, [incoming('5'), outgoing('6')])
      .end(2.6, UNSEEN, [
        { inode: '5', state: 'FIN_WAIT2' },
        { inode: '6', state: 'FIN_WAIT1' },
      ])
      .over(2.7);
    expect(told(report)).toEqual(['cut-off', 'fail']);
    expect(report.data.processes[0].cut).toHaveLength(2);
  });

  it('is seen while the process is on its way out, and not lost with its table', () => {
    const report = new Shutdown()
      .life(0)
      .look(0, [listener(), incoming('5')])
      .sent(1)
      .look(1.05, [listener(), incoming('5')], { exiting: true, partial: true })
      .look(1.06, [], { exiting: true, partial: true })
      .end(1.07, UNSEEN, [{ inode: '5', state: null }])
      .over(1.1);
    expect(told(report)).toEqual(['died-at-once', 'fail']);
  });

  it('is an answer that nobody read', () => {
    const answered = { ...outgoing('w9'), state: 'CLOSE_WAIT', receiving: 3 };
    const one = new Shutdown()
      .life(0)
      .look(0, [listener()])
      .look(0.9, [listener(), outgoing('w9')])
      .sent(1);
    const report = one
      .look(1.1, [answered])
      .end(1.2, UNSEEN, [{ inode: 'w9', state: 'LAST_ACK' }])
      .over(1.3);
    expect(told(report)).toEqual(['died-at-once', 'fail']);
  });
});

describe('a killing', () => {
  it('is somebody else’s, or ours at the grace limit', () => {
    const one = () => new Shutdown().life(0).look(0, [listener()]).sent(1).look(1.1, []);
    const [theirs, ours] = [one().end(3, KILLED).over(3.1), one().sent(31, 9).end(31.1, KILLED).over(31.2, 'grace')];
    expect(told(theirs)).toEqual(['killed', 'fail']);
    expect(told(ours)).toEqual(['killed-at-grace', 'fail']);
    expect(ours.data.timeline.map(({ event, seconds }) => [event, Math.round(seconds * 10) / 10])).toEqual([
      ['began', 0],
      ['listener-closed', 0.1],
      ['killed', 30],
      ['grace', 30],
      ['ended', 30.1],
    ]);
  });

  it('is told from a crash', () => {
    const crash = { by: 'signal', code: null, signal: 11 } as const;
    const report = new Shutdown().life(0).look(0, [listener()]).sent(1).look(1.1, []).end(3, crash).over(3.1);
    expect(told(report)).toEqual(['cut-off', 'fail']);
    expect(report.findings[0].message).toContain('crashed');
  });

  it('at once leaves a file that was still growing', () => {
    const one = new Shutdown().life(0);
    for (let step = 0; step < 10; step++) one.look(step / 10, [], { files: [file(step * 1000)] });
    const died = one.sent(1).end(1.05, { by: 'signal', code: null, signal: 15 }).over(1.1);
    expect(told(died)).toEqual(['died-at-once', 'fail']);
    expect(died.data.processes[0].evidence.join()).toContain('/var/app.dat was still growing');
  });
});

describe('at the grace limit', () => {
  it('is told whether anything has changed', () => {
    const one = () => new Shutdown().life(0).look(0, [listener()]).sent(1);
    expect(told(one().look(31, [listener()]).over(31, 'grace'))).toEqual(['ignored', 'fail']);
    expect(told(one().look(31, []).over(31, 'grace'))).toEqual(['unfinished', 'fail']);
    const pending = one()
      .look(31, [], { pending: 1n << 14n })
      .over(31, 'grace');
    expect(pending.data.processes[0].evidence).toEqual(['SIGTERM is still pending: every thread blocks it']);
  });

  it('nobody ignored a signal that went to another, or came before its time', () => {
    const one = new Shutdown().life(0).life(1).look(0, [listener()]).look(0, [listener()], { life: 1 }).sent(1);
    one.life(2, { seconds: 1.1 });
    for (const life of [0, 1, 2]) one.look(31, [listener()], { life });
    const { data, findings } = one.over(31, 'grace');
    expect(data.processes.map(({ outcome }) => outcome)).toEqual(['ignored', 'ignored', 'unfinished']);
    expect(findings.map(({ message }) => message.replace(/^app \d+: /, ''))).toEqual([
      'ignored the signal; it still listens as before.',
      'went on as before; it still listens as before.',
      'still there at the grace limit; it began after SIGTERM.',
    ]);
  });

  it('nothing is told of one whose following was stopped', () => {
    const report = new Shutdown().life(0).look(0, [listener()]).sent(1).look(2, []).over(2, 'stopped');
    expect(told(report)).toEqual(['unknown', 'inconclusive']);
  });

  it('a child may keep the port of a parent that is gone', () => {
    const one = new Shutdown().life(0).life(1, { parent: 100 });
    for (const life of [0, 1]) one.look(0, [listener()], { life });
    one.sent(1).end(1.1, { by: 'signal', code: null, signal: 15 }).look(31, [listener()], { life: 1 });
    const report = one.over(31, 'grace', [{ address: '127.0.0.1:80', pid: 101, command: 'app' }]);
    expect(report.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['ignored', 'critical'],
      ['port-kept', 'critical'],
    ]);
    expect(report.data.listeners[0].closed).toBeNull();
  });
});

describe('a family', () => {
  it('is told by the worst of those that had to end, and not by others', () => {
    const one = new Shutdown().life(0).life(1).life(2, { role: 'beside' });
    for (const life of [0, 1, 2]) one.look(0, [listener()], { life });
    one.sent(1).look(1.1, []).look(1.1, [], { life: 1 }).look(1.1, [listener()], { life: 2 });
    const report = one.end(3, undefined, [], 1).end(3.5).over(3.6);
    expect(told(report)).toEqual(['drained', 'pass']);
    expect(report.data.processes.map(({ outcome }) => outcome)).toEqual(['drained', 'drained', null]);
  });

  it('has a second life with a pid that was used before', () => {
    const one = new Shutdown().life(0).look(0, [listener()]).sent(1).end(1.5).life(1, { pid: 100 });
    one.look(2, [listener('9')], { life: 1 });
    const { data } = one.over(31, 'grace');
    expect(data.processes.map(({ pid, ended }) => [pid, ended?.seconds ?? null])).toEqual([
      [100, 0.5],
      [100, null],
    ]);
  });

  it('loses connections that nobody had accepted', () => {
    const one = new Shutdown()
      .life(0)
      .look(0, [listener('1', 3)])
      .sent(1)
      .look(1.1, [listener('1', 3)])
      .look(1.2, []);
    const { findings } = one.look(3, []).end(3.1).over(3.2);
    expect(findings.map(({ rule, message }) => [rule, message.slice(0, 13)])).toEqual([['backlog', '3 connections']]);
  });
});

describe('what cannot be seen', () => {
  it('is not called well', () => {
    const report = new Shutdown().life(0).look(0, null).sent(1).end(1.2, UNSEEN).over(1.3);
    expect(told(report)).toEqual(['unknown', 'inconclusive']);
    expect(report.coverage).toMatchObject({ complete: false, processes: { refused: 1 } });
    const beforehand = new Shutdown().life(0).look(0, null).report();
    // Neither is it called nothing.
    expect([beforehand.verdict, beforehand.data.processes[0].before]).toEqual(['inconclusive', null]);
  });

  it('is what began to end within the time, if nothing did', () => {
    expect(told(new Shutdown().life(0).look(0, [listener()]).over(3, 'time'))).toEqual([null, 'inconclusive']);
  });
});
