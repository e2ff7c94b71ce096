/**
 * Node's module of that name, loaded on first use: it brings the network stack along, a tenth of the time that a scanner
 * takes to start.
 */
export function childProcess(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process');
}
