/**
 * What a run has reached, as a set of numbers that mean the same in every process: transitions taken,
 * pairs of transitions that a machine took one after the other, and the roles, gates and epochs that
 * all nodes were in together. Epochs count by their order, so that higher ones are nothing new.
 */
import type { Protocol } from '../../machines/protocol.js';
import { createDigest, foldText } from '../../runtime/digest.js';
import { namedTransitions } from '../../runtime/transition-names.js';
import type { RunRecord } from '../checkers/run-record.js';

/** How many there are of each kind; what a campaign shows. */
export interface Covered {
  readonly transitions: number;
  /** Transitions that the protocol's machines have. */
  readonly ofTransitions: number;
  readonly pairs: number;
  readonly standings: number;
}

/** Collects what one run after another reaches. */
export class Coverage {
  /** By machine, then by transition: from 1 on, in document order. */
  private readonly numbers = new Map<string, Map<string, number>>();
  private readonly count: number;
  private readonly last = new Map<string, number>();
  private reached = new Set<number>();

  constructor({ programs }: Protocol) {
    let count = 0;
    for (const [name, { machine }] of Object.entries(programs)) {
      const transitions = ['init', ...namedTransitions(machine).keys()];
      this.numbers.set(name, new Map(transitions.map((one) => [one, ++count])));
    }
    this.count = count;
  }

  /** Told of every transition that a machine takes: an option of `run`. */
  readonly take = (machine: string, transition: string): void => {
    const number = this.numbers.get(machine)?.get(transition) ?? 0;
    const before = this.last.get(machine) ?? 0;
    this.last.set(machine, number);
    this.reached.add(number);
    this.reached.add((before + 1) * (this.count + 1) + number);
  };

  /** What the run that has ended has reached, and begins anew. */
  ofRun(record: RunRecord): ReadonlySet<number> {
    const { reached } = this;
    for (const standing of standingsOf(record)) reached.add(hashOf(standing));
    this.reached = new Set();
    this.last.clear();
    return reached;
  }

  /** Of which kind each of some numbers is. */
  kinds(numbers: Iterable<number>): Covered {
    const found = { transitions: 0, ofTransitions: this.count, pairs: 0, standings: 0 };
    for (const number of numbers) {
      if (number < 0) found.standings++;
      else if (number <= this.count) found.transitions++;
      else found.pairs++;
    }
    return found;
  }
}

/** What all nodes were in together, each time that one of them noted a change. */
function standingsOf({ notes, nodes }: RunRecord): Set<string> {
  const of = new Map(nodes.map(({ node }) => [node, { role: '', epoch: 0, gate: '' }]));
  const found = new Set<string>();
  for (const { node, subject, value } of notes) {
    const known = of.get(node);
    if (known === undefined || (subject !== 'role' && subject !== 'gate')) continue;
    if (subject === 'gate') known.gate = value as string;
    else Object.assign(known, { role: '', epoch: 0 }, value);
    const epochs = [...new Set([...of.values()].map(({ epoch }) => epoch))].sort((a, b) => a - b);
    const each = [...of.values()].map(
      ({ role, gate, epoch }) => `${role} ${gate} ${epochs.indexOf(epoch)}`,
    );
    found.add(each.join('; '));
  }
  return found;
}

/** Below 0: no number of a transition or a pair. */
function hashOf(text: string): number {
  const digest = createDigest();
  foldText(digest, text);
  return -((digest.a >>> 0) * 2_097_152 + (digest.b >>> 11)) - 1;
}
