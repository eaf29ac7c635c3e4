/**
 * The fault vocabulary as data: what goes wrong, where, when and for how long.
 *
 * A fault begins at a time or on a trigger (plus an offset) and ends after its duration, or when the
 * world heals; a reset and a step of a clock are over at once. One that finds nothing to do (a crash
 * of a node that is down) does not bite, and is over too.
 */

/** Where in a run a fault begins. `nth` counts from 1. */
export type Trigger =
  /** A state node entered or left by a microstep, also when only passed through. */
  | {
      readonly on: 'state';
      readonly node: string;
      readonly machine: string;
      readonly state: string;
      readonly move: 'entered' | 'left';
      readonly when: 'before' | 'after';
      readonly nth?: number;
    }
  /** A transition taken, by the engine's name for it. */
  | {
      readonly on: 'transition';
      readonly node: string;
      readonly machine: string;
      readonly transition: string;
      readonly when: 'before' | 'after';
      readonly nth?: number;
    }
  /** An effect performed. Without `kind` every effect counts; without `machine`, of any machine. */
  | {
      readonly on: 'effect';
      readonly node: string;
      readonly machine?: string;
      readonly kind?: string;
      readonly when: 'before' | 'after';
      readonly nth?: number;
    }
  /** A message handed to the kernel by its sender, or given to its receiver. */
  | {
      readonly on: 'message';
      readonly type: string;
      readonly move: 'sent' | 'received';
      readonly from?: string;
      readonly to?: string;
      readonly when: 'before' | 'after';
      readonly nth?: number;
    };

export type FaultPlace =
  | { readonly timeUs: number }
  | { readonly trigger: Trigger; readonly offsetUs?: number };

/** What a link does with a message that a rule matches. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly us: number }
  | { readonly kind: 'hold' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'drop' };

export type FaultAction =
  /** The process ends; its host answers. Restarts when the fault ends. */
  | { readonly kind: 'crash'; readonly node: string }
  /** The host loses power. What of the unsynced tail is lost is drawn unless said. */
  | {
      readonly kind: 'powerLoss';
      readonly node: string;
      readonly tail?: 'draw' | 'keep' | 'lose' | 'torn';
    }
  /** The process does not run; its kernel and clocks do. */
  | { readonly kind: 'pause'; readonly node: string }
  /** No packet passes from any of `from` to any of `to`, nor back unless one way. */
  | {
      readonly kind: 'partition';
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly oneWay?: boolean;
    }
  /** Every connection between the two breaks at both ends. */
  | { readonly kind: 'reset'; readonly between: readonly [string, string] }
  /** Messages (of one type, on one link) or connection attempts meet a verdict. */
  | {
      readonly kind: 'link';
      readonly from?: string;
      readonly to?: string;
      readonly on?: 'message' | 'connect';
      readonly type?: string;
      /** Let this many matching ones pass first. */
      readonly skip?: number;
      /** Bite at most this often. */
      readonly times?: number;
      /** Bite in n of d cases. */
      readonly ratio?: readonly [number, number];
      readonly verdict: Verdict;
    }
  | {
      readonly kind: 'disk';
      readonly node: string;
      readonly mode: 'slow' | 'stalled' | 'failing' | 'full';
      /** For `slow`: service times are multiplied by n / d. */
      readonly factor?: readonly [number, number];
    }
  /** A clock's rate error, in parts per million; of several in force the plan's last one counts. */
  | {
      readonly kind: 'drift';
      readonly node: string;
      readonly clock: 'monotonic' | 'wall';
      readonly ppm: number;
    }
  /** The wall clock is set by this much; nothing sets it back. */
  | { readonly kind: 'step'; readonly node: string; readonly byUs: number };

export type FaultKind = FaultAction['kind'];

/** One fault of a plan. `id` is positive and unique in it. */
export type Fault = FaultAction & {
  readonly id: number;
  readonly at: FaultPlace;
  /** Without it the fault lasts until the world heals. */
  readonly durationUs?: number;
};
