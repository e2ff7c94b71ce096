import { churnCommand } from './churn.ts';
import type { CommandDefinition } from './definition.ts';
import { deletedCommand } from './deleted.ts';
import { demoCommand } from './demo.ts';
import { diffCommand } from './diff.ts';
import { drainCommand } from './drain.ts';
import { exportCommand } from './export.ts';
import { gateCommand } from './gate.ts';
import { namesCommand } from './names.ts';
import { orphansCommand } from './orphans.ts';
import { pipesCommand } from './pipes.ts';
import { probeCommand } from './probe.ts';
import { rankCommand } from './rank.ts';
import { shellCommand } from './shell.ts';
import { showCommand } from './show.ts';
import { snapCommand } from './snap.ts';
import { watchCommand } from './watch.ts';

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
