/** The compiled engine: a machine as flat tables, and as code where it goes again and again. */
import type { Engine } from '../engine.js';
import { effectsOnly } from '../purity.js';
import { CompiledMachine, soundParts } from './compile.js';

/** Runs machines on tables and code made of them; equal to the reference engine step by step. */
export const compiledEngine: Engine = {
  name: 'compiled',
  load: (machine) => new CompiledMachine(machine, effectsOnly, soundParts),
};
