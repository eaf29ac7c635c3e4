/** Faults in words: as a plan has them, and as they bit. */
import type { Fault, FaultPlace, Trigger, Verdict } from '../../runtime/fault.js';
import type { FaultRecord } from '../../runtime/record.js';
import type { RunRecord } from '../checkers/run-record.js';
import { bursts } from './bursts.js';
import { rank, type TimelineLine } from './line.js';
import { counted, lasting } from './words.js';

/** What a plan says of one fault: `pause n2 for 3.000 s when n1 enters server.failover.switching`. */
export function faultInWords(fault: Fault): string {
  const lasts = fault.durationUs === undefined ? '' : ` for ${lasting(fault.durationUs)}`;
  return `${actionInWords(fault)}${lasts} ${placeInWords(fault.at)}`;
}

function actionInWords(fault: Fault): string {
  switch (fault.kind) {
    case 'powerLoss':
      return `power loss of ${fault.node}`;
    case 'partition':
      return fault.oneWay === true
        ? `cut ${fault.from.join(', ')} off from ${fault.to.join(', ')}, one way`
        : `cut between ${fault.from.join(', ')} and ${fault.to.join(', ')}`;
    case 'reset':
      return `reset connections between ${fault.between.join(' and ')}`;
    case 'link':
      return linkInWords(fault);
    case 'disk':
      return `disk of ${fault.node} ${fault.mode}${fault.factor ? ` by ${fault.factor.join('/')}` : ''}`;
    case 'drift':
      return `${fault.clock} clock of ${fault.node} off by ${fault.ppm} ppm`;
    case 'step':
      return `wall clock of ${fault.node} set by ${fault.byUs} us`;
    default:
      return `${fault.kind} ${fault.node}`;
  }
}

function linkInWords(fault: Extract<Fault, { kind: 'link' }>): string {
  const what = fault.on === 'connect' ? 'connections' : (fault.type ?? 'every message');
  const from = fault.from === undefined ? '' : ` from ${fault.from}`;
  const to = fault.to === undefined ? '' : ` to ${fault.to}`;
  const skip = fault.skip === undefined ? '' : ` after ${fault.skip}`;
  const times =
    fault.times === undefined ? '' : ` ${fault.times === 1 ? 'once' : `${fault.times} times`}`;
  const ratio = fault.ratio === undefined ? '' : `, ${fault.ratio[0]} in ${fault.ratio[1]}`;
  return `${verdictInWords(fault.verdict)} ${what}${from}${to}${skip}${times}${ratio}`;
}

function verdictInWords(verdict: Verdict): string {
  return verdict.kind === 'delay' ? `delay by ${lasting(verdict.us)}` : verdict.kind;
}

function placeInWords(place: FaultPlace): string {
  if ('timeUs' in place)
    return place.timeUs === 0 ? 'from the start' : `at ${lasting(place.timeUs)}`;
  const { trigger, offsetUs = 0 } = place;
  const moment = triggerInWords(trigger);
  return offsetUs > 0 ? `${lasting(offsetUs)} after ${moment}` : `${trigger.when} ${moment}`;
}

function triggerInWords(trigger: Trigger): string {
  const time = trigger.nth === undefined ? '' : ` (${trigger.nth}.)`;
  switch (trigger.on) {
    case 'state':
      return `${trigger.node} ${trigger.move} ${trigger.state}${time}`;
    case 'transition':
      return `${trigger.node} took ${trigger.transition}${time}`;
    case 'effect':
      return `${trigger.node} performed ${trigger.kind ?? 'any effect'}${time}`;
    case 'message': {
      const [from, to] = [trigger.from ?? 'anybody', trigger.to ?? 'anybody'];
      return `${trigger.type} was ${trigger.move}, ${from} to ${to}${time}`;
    }
  }
}

/** Every fault as it bit, for the timeline. What a link rule met is compressed. */
export function faultLines({ faults }: RunRecord): TimelineLine[] {
  const lines: TimelineLine[] = [];
  const details = new Map<number, FaultRecord['detail']>();
  for (const { at, kind, move, detail, fault } of faults) {
    if (kind === 'link' || move === 'bit') continue;
    // The end of a fault is recorded without detail: its beginning has it.
    if (move === 'began') details.set(fault, detail);
    const [node, text] = moveInWords(kind, move, details.get(fault) ?? detail);
    const order = move === 'ended' ? rank.ended : rank.fault;
    lines.push({ at, order, node, text: `${text} (fault ${fault})`, tone: 'fault' });
  }
  return [...lines, ...linkLines(faults)];
}

function moveInWords(
  kind: FaultRecord['kind'],
  move: FaultRecord['move'],
  detail: FaultRecord['detail'],
): [string, string] {
  const began = move === 'began';
  const node = typeof detail['node'] === 'string' ? detail['node'] : 'net';
  const tell = (then: string, now: string): [string, string] => [node, began ? then : now];
  const cutOff = `${String(detail['from'])} cut off from ${String(detail['to'])}`;
  switch (kind) {
    case 'crash':
      return tell('crashes', 'restarts');
    case 'powerLoss':
      return tell(`loses power${lossInWords(detail)}`, 'has power again');
    case 'pause':
      return tell('is paused', 'runs on');
    case 'partition':
      return tell(detail['oneWay'] === true ? `${cutOff}, one way` : cutOff, 'the cut heals');
    case 'reset':
      return tell(`connections reset: ${String(detail['between'])}`, 'reset is over');
    case 'disk':
      return tell(`disk ${String(detail['mode'])}`, 'disk well again');
    case 'drift':
      return tell(`${detail['clock']} clock off by ${detail['ppm']} ppm`, 'clock keeps time again');
    default:
      return tell(`wall clock set by ${String(detail['byUs'])} us`, 'clock stands');
  }
}

function lossInWords({ lost, torn }: FaultRecord['detail']): string {
  if (typeof lost !== 'number' || lost === 0) return '';
  return `, ${counted(lost, 'unsynced offset')} lost${torn === true ? ', the last one torn' : ''}`;
}

function linkLines(faults: readonly FaultRecord[]): TimelineLine[] {
  const verdicts = new Map<number, string>();
  for (const { fault, kind, move, detail } of faults) {
    if (kind === 'link' && move === 'began') verdicts.set(fault, String(detail['verdict']));
  }
  const met = faults
    .filter(({ move }) => move === 'bit')
    .map(({ at, fault, detail }) => ({
      at,
      key: JSON.stringify([fault, detail['type'] ?? 'a connection']),
      who: `${detail['from']} to ${detail['to']}`,
    }));
  return bursts(met).map(({ key, from, to, count, who }) => {
    const [fault, type] = JSON.parse(key) as [number, string];
    const times = count === 1 ? '' : `, ${count} times in ${lasting(to - from)}`;
    const done = pastOf(verdicts.get(fault) ?? 'met');
    const text = `${type} of ${who.join('; ')} ${done}${times} (fault ${fault})`;
    return { at: from, order: rank.fault, node: 'net', text, tone: 'fault' as const };
  });
}

/** What a link rule did to a message, from its verdict: `lost`, `held back`. */
export function pastOf(verdict: string): string {
  const past: Readonly<Record<string, string>> = {
    drop: 'lost',
    hold: 'held back',
    delay: 'delayed',
    reset: 'met a reset',
    pass: 'let through',
  };
  return past[verdict] ?? verdict;
}

/** Ids of the plan's faults that found nothing to do: a link rule that met nothing, too. */
export function idleFaults(plan: readonly Fault[], { faults }: RunRecord): number[] {
  const bit = new Set(
    faults
      .filter(({ kind, move }) => move === (kind === 'link' ? 'bit' : 'began'))
      .map(({ fault }) => fault),
  );
  return plan.filter(({ id }) => !bit.has(id)).map(({ id }) => id);
}
