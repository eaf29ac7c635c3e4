/** Scenarios that `coverage` runs beside what it draws: what is reachable and rarely drawn. */
import { aborts } from './aborts.js';
import { attempts } from './attempts.js';
import { clients } from './clients.js';
import { fullSyncs } from './full-syncs.js';
import { links } from './links.js';
import { operators } from './operators.js';
import type { Shown } from './shown.js';
import { verdicts } from './verdicts.js';

export type { Shown };

export const shownScenarios: readonly Shown[] = [
  ...aborts,
  ...attempts,
  ...verdicts,
  ...fullSyncs,
  ...links,
  ...operators,
  ...clients,
];
