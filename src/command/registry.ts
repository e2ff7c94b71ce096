import { churnCommand } from './churn/churn.ts';
import type { CommandDefinition } from './definition.ts';
import { deletedCommand } from './deleted/deleted.ts';
import { demoCommand } from './demo/demo.ts';
import { diffCommand } from './diff/diff.ts';
import { drainCommand } from './drain/drain.ts';
import { exportCommand } from './export/export.ts';
import { gateCommand } from './gate/gate.ts';
import { namesCommand } from './names/names.ts';
import { orphansCommand } from './orphans/orphans.ts';
import { pipesCommand } from './pipes/pipes.ts';
import { probeCommand } from './probe/probe.ts';
import { rankCommand } from './rank/rank.ts';
import { shellCommand } from './shell/shell.ts';
import { showCommand } from './show/show.ts';
import { snapCommand } from './snap/snap.ts';
import { watchCommand } from './watch/watch.ts';

/** Every command there is, in the order help prints them. */
export const COMMANDS: readonly CommandDefinition[] = [
  rankCommand,
  namesCommand,
  showCommand,
  exportCommand,
  shellCommand,
  watchCommand,
  probeCommand,
  demoCommand,
  gateCommand,
  snapCommand,
  diffCommand,
  orphansCommand,
  deletedCommand,
  pipesCommand,
  churnCommand,
  drainCommand,
];

/** The command that a bare path means. */
export const DEFAULT_COMMAND: CommandDefinition = rankCommand;

export function commandNamed(name: string): CommandDefinition | null {
  return COMMANDS.find((command) => command.name === name) ?? null;
}
