import { busybox } from './busybox.ts';
import type { Dialect } from './dialect.ts';
import { find } from './find.ts';
import { fstat } from './fstat.ts';
import { ls } from './ls.ts';
import { lsfd } from './lsfd.ts';
import { lsfdJson } from './lsfd-json.ts';
import { lsofField } from './lsof-field.ts';
import { lsofJson } from './lsof-json.ts';
import { lsofText } from './lsof-text/lsof-text.ts';
import { pfiles } from './pfiles.ts';
import { procstat } from './procstat.ts';
import { procstatJson } from './procstat-json.ts';
import { snapshot } from './snapshot.ts';
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
