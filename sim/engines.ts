/** The engines by name: what runs the statecharts of a run. Both give the same digest. */
import { compiledEngine } from '../runtime/compiled/compiled-engine.js';
import type { Engine } from '../runtime/engine.js';
import { xstateEngine } from '../runtime/xstate-engine.js';

/** `compiled`, the default: flat tables; `xstate`, the reference: XState's own transition function. */
export const engines: Readonly<Record<Engine['name'], Engine>> = {
  compiled: compiledEngine,
  xstate: xstateEngine,
};
