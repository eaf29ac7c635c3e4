/**
 * What a run's faults and commands met: the parts and failover states that they found. Runs that fail
 * alike and met alike are likely to have one cause; after shrinking, when every fault that is left
 * matters, equal signatures are one story.
 */
import type { FaultRecord } from '../../runtime/record.js';
import type { RunRecord } from '../checkers/run-record.js';
import { pastOf } from '../report/faults.js';
import { Scene } from './scene.js';

/** Plain data; each list sorted and without repeats, so that equal signatures are equal as JSON. */
export interface Signature {
  /** `crash`, `takeover-reply lost`: what bit once an attempt had begun. */
  readonly kinds: readonly string[];
  /** `crash of the slave in switching`, `takeover-reply lost in switching`. */
  readonly faults: readonly string[];
  /** `FAILOVER at the master before any attempt`, `SETNODES after success`: what nodes did as operators asked. */
  readonly commands: readonly string[];
}

/** @returns the signature of a run, from its record alone */
export function signatureOf(record: RunRecord): Signature {
  const scene = new Scene(record);
  const hits = hitsOf(record, scene);
  const kinds = hits.filter(({ at }) => scene.stateAt(at) !== 'before').map(({ what }) => what);
  return {
    kinds: distinct(kinds),
    faults: distinct(hits.map(({ at, what, whom }) => `${what}${whom} ${when(scene, at)}`)),
    commands: distinct(commandsOf(record, scene)),
  };
}

/** The same for runs that are put together before any of them is made small. */
export function coarseName({ kinds }: Signature): string {
  return kinds.join(', ');
}

/** The same for small runs that are one story. */
export function fineName({ faults, commands }: Signature): string {
  return JSON.stringify([faults, commands]);
}

interface Hit {
  readonly at: number;
  readonly what: string;
  /** ` of the slave`; nothing where the kind says it. */
  readonly whom: string;
}

/** Every fault as it bit: a link rule when a message met it, anything else when it began. */
function hitsOf({ faults }: RunRecord, scene: Scene): Hit[] {
  const verdicts = new Map<number, string>();
  return faults.flatMap((fault): Hit[] => {
    const { at, kind, move, detail } = fault;
    if (kind !== 'link') return move === 'began' ? [{ at, ...hitInWords(fault, scene) }] : [];
    if (move === 'began') verdicts.set(fault.fault, String(detail['verdict']));
    if (move !== 'bit') return [];
    const type = String(detail['type'] ?? 'connection');
    return [{ at, what: `${type} ${pastOf(verdicts.get(fault.fault) ?? '')}`, whom: '' }];
  });
}

function hitInWords({ at, kind, detail }: FaultRecord, scene: Scene): Omit<Hit, 'at'> {
  const parts = (names: unknown) =>
    distinct((names as string[]).map((name) => scene.partOf(name, at))).join(' and ');
  switch (kind) {
    case 'partition': {
      const [from, to] = [parts(detail['from']), parts(detail['to'])];
      if (detail['oneWay'] === true)
        return { what: 'one-way partition', whom: ` ${from} to ${to}` };
      return { what: 'partition', whom: ` between ${distinct([from, to]).join(' and ')}` };
    }
    case 'reset':
      return { what: 'reset', whom: ` between ${parts(detail['between'])}` };
    case 'powerLoss':
      return { what: 'power loss', whom: ` of ${parts([detail['node']])}` };
    case 'disk':
      return { what: `${detail['mode']} disk`, whom: ` of ${parts([detail['node']])}` };
    case 'drift':
    case 'step':
      return { what: `clock ${kind}`, whom: ` of ${parts([detail['node']])}` };
    default:
      return { what: kind, whom: ` of ${parts([detail['node']])}` };
  }
}

const names: Readonly<Record<string, string>> = {
  failover: 'FAILOVER',
  setnodes: 'SETNODES',
  outcome: 'SETNODES',
  takeover: 'TAKEOVER by hand',
};

/** What was answered OK: a command that was refused or never arrived did nothing. */
function commandsOf({ operations, replies }: RunRecord, scene: Scene): string[] {
  const calls = new Map(
    operations.filter(({ call }) => Object.hasOwn(names, call.type)).map((one) => [one.id, one]),
  );
  return replies.flatMap(({ at, node, operation, message }) => {
    const asked = calls.get(operation);
    if (asked === undefined || message['status'] !== 'ok') return [];
    // In which order an outcome is pushed, and who hears of it, says less than that it is.
    if (asked.call.type !== 'failover') return [`${names[asked.call.type]} ${when(scene, at)}`];
    // What FAILOVER sets off is noted before it is answered.
    const { invokedAt } = asked;
    return [`FAILOVER at ${scene.partOf(node, invokedAt)} ${when(scene, invokedAt)}`];
  });
}

function when(scene: Scene, at: number): string {
  const state = scene.stateAt(at);
  if (state === 'before') return 'before any attempt';
  return state.startsWith('after') ? state : `in ${state}`;
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
