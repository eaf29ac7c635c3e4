/** The compiled engine: a machine as flat tables, at the speed of code written by hand. */
import type { Engine } from '../engine.js';
import { effectsOnly } from '../purity.js';
import { CompiledMachine, soundParts } from './compile.js';

/** Runs machines on tables; equal to the reference engine step by step. */
export const compiledEngine: Engine = {
  name: 'compiled',
  load: (machine) => new CompiledMachine(machine, effectsOnly, soundParts),
};
