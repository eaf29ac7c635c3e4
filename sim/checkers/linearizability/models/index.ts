/** The models that histories are judged by. */
import type { Model } from '../model.js';
import { append } from './append.js';
import { casRegister } from './cas-register.js';
import { counter } from './counter.js';
import { register } from './register.js';
import { set } from './set.js';

export { append } from './append.js';
export { casRegister } from './cas-register.js';
export { counter } from './counter.js';
export { register } from './register.js';
export { set } from './set.js';

/** Every model by name. */
export const models = {
  register,
  'cas-register': casRegister,
  append,
  counter,
  set,
} as const satisfies Readonly<Record<string, Model>>;
