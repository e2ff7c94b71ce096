import { fstat } from './bsd/fstat.ts';
import { procstat } from './bsd/procstat.ts';
import { procstatJson } from './bsd/procstat-json.ts';
import { busybox } from './busybox.ts';
import type { Dialect } from './dialect.ts';
import { lsfd } from './lsfd/lsfd.ts';
import { lsfdJson } from './lsfd/lsfd-json.ts';
import { lsofField } from './lsof-field/lsof-field.ts';
import { lsofJson } from './lsof-json.ts';
import { lsofText } from './lsof-text/lsof-text.ts';
import { pfiles } from './pfiles/pfiles.ts';
import { find } from './proc-link/find.ts';
import { ls } from './proc-link/ls.ts';
import { snapshot } from './snapshot/snapshot.ts';
import { tombstone } from './tombstone.ts';
import { toolbox } from './toolbox.ts';

/** Every dialect, most specific first: among equally sure ones the first wins. */
export const DIALECTS: readonly Dialect[] = [
  toolbox,
  snapshot,
  lsofText,
  lsofField,
  lsofJson,
  lsfd,
  lsfdJson,
  busybox,
  procstat,
  procstatJson,
  fstat,
  pfiles,
  tombstone,
  find,
  ls,
];
