import type { WatchFold } from '../../analysis/watch/fold.ts';
import { type WatchAbout, watchReport } from '../../analysis/watch/report.ts';
import { workersLine } from '../../analysis/watch/workers.ts';
import { safeText } from '../../view/escape.ts';
import { terminalView } from '../../view/terminal.ts';
import type { Surroundings } from '../definition.ts';
import { appearance } from '../output/appearance.ts';
import { openSink } from '../output/output.ts';

/** Processes told of: more fit on no screen. */
const PROCESSES = 15;

/** DEC private modes (xterm ctlseqs): the other screen, no cursor, no wrapping; and back. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';
/** A frame is shown when it is whole, where the terminal knows how (mode 2026). */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';

/**
 * How things stand, on a screen of its own: each frame is one write over the one before, nothing is cleared first. The
 * terminal is as it was when this is over, also if the program is stopped or ends by surprise.
 */
export function screenDisplay(around: Surroundings, noColor: boolean, head: string, about: () => WatchAbout) {
  const sink = openSink(null);
  const { stdout } = around;
  let shown: WatchFold | null = null;
  let open = true;
  const write = (text: string): void => {
    sink.write(text);
    sink.flush();
  };
  const draw = async (): Promise<void> => {
    if (shown === null || !open) return;
    const report = watchReport(shown, { ...about(), most: PROCESSES });
    const options = await appearance(around, noColor, false, report);
    const rows = Math.max(4, (stdout.rows ?? 24) - 1);
    const { churn } = report.data;
    // Above everything that may be too long for the screen.
    const workers = churn === null ? [] : [safeText(workersLine(churn))];
    const view = terminalView(report, options).trimEnd().split('\n');
    const lines = [options.style.strong(head), ...workers, '', ...view].slice(0, rows);
    if (open)
      write(
        `${BEGIN_FRAME}${HOME}${lines.map((line) => line + REST_OF_LINE).join('\r\n')}${REST_OF_SCREEN}${END_FRAME}`,
      );
  };
  const redraw = (): void => void draw();
  const pause = (): void => {
    write(LEAVE);
    process.kill(process.pid, 'SIGSTOP');
  };
  const resume = (): void => {
    write(ENTER);
    redraw();
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    stdout.removeListener('resize', redraw);
    process.removeListener('SIGTSTP', pause);
    process.removeListener('SIGCONT', resume);
    process.removeListener('exit', close);
    write(LEAVE);
  };
  stdout.on('resize', redraw);
  process.on('SIGTSTP', pause);
  process.on('SIGCONT', resume);
  process.once('exit', close);
  write(ENTER);
  return {
    fillsScreen: true,
    async sample(fold: WatchFold): Promise<void> {
      shown = fold;
      await draw();
    },
    close,
  };
}
