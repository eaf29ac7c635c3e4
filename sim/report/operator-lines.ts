/** What the operator asked, and what it was told. */
import type { OperationRecord, ReplyRecord } from '../../runtime/record.js';
import type { Message } from '../../runtime/vocabulary.js';
import type { RunRecord } from '../checkers/run-record.js';
import { rank, type TimelineLine } from './line.js';

/** Calls of a node that is an operator, with replies as nodes sent them. */
export function operatorLines(
  { operations, replies }: RunRecord,
  operator: string,
): TimelineLine[] {
  const calls = new Map(
    operations.filter(({ node }) => node === operator).map((call) => [call.id, call]),
  );
  const asked = [...calls.values()].flatMap((call) => [...asking(call), ...ending(call)]);
  const told = replies.flatMap((reply) => {
    const call = calls.get(reply.operation);
    return call === undefined || call.call.type === 'await' ? [] : [telling(reply, call.call)];
  });
  return [...asked, ...told];
}

function asking({ node, call, invokedAt: at, outcome }: OperationRecord): TimelineLine[] {
  const isIdle = call.type === 'outcome' && outcome === 'fail';
  const text = isIdle ? undefined : askedInWords(call);
  return text === undefined ? [] : [{ at, order: rank.asked, node, text, tone: 'operator' }];
}

/** An await asks again and again: what it saw is what counts. */
export function askedInWords(call: Message): string | undefined {
  const to = `asks ${String(call['node'])}`;
  switch (call.type) {
    case 'failover': {
      const timeout = call['timeoutMs'];
      const within = timeout === undefined ? '' : `, timeout ${timeout} ms`;
      return `${to} for FAILOVER to ${call['target']}${within}`;
    }
    case 'setnodes': {
      const version = (call['topology'] as Message | undefined)?.['version'];
      return `pushes SETNODES version ${version} to ${call['node']}${call['force'] === true ? ', by force' : ''}`;
    }
    case 'info':
      return `${to} for INFO`;
    case 'takeover':
      return `${to} for TAKEOVER by hand`;
    case 'outcome':
      return `pushes ${call['target']} as master to ${(call['nodes'] as string[]).join(', ')}`;
    default:
      return undefined;
  }
}

function ending(operation: OperationRecord): TimelineLine[] {
  const { node, call, completedAt: at, outcome, invokedAt } = operation;
  if (at === undefined) {
    const text = `${nameOf(call)} was never answered`;
    return [{ at: invokedAt, order: rank.asked, node, text, tone: 'bad' }];
  }
  const text = endInWords(operation);
  if (text === undefined) return [];
  const tone = outcome === 'ok' ? 'operator' : 'bad';
  return [{ at, order: rank.asked, node, text, tone }];
}

function endInWords({ call, outcome, value, error }: OperationRecord): string | undefined {
  const why = error === undefined ? '' : `: ${error}`;
  if (call.type === 'await') {
    return outcome === 'ok' ? `sees ${value} at ${call['node']}` : `stops waiting${why}`;
  }
  if (call.type === 'outcome' && outcome === 'fail')
    return `pushes nothing${why.replace(': nothing to push', '')}`;
  if (outcome === 'ok' || (error !== undefined && /^[A-Z]/.test(error))) return undefined;
  return `${nameOf(call)} ends as ${outcome}${why}`;
}

function telling({ at, node, message }: ReplyRecord, call: Message): TimelineLine {
  const isOk = message['status'] === 'ok';
  const answer = isOk ? okInWords(call, message) : String(message['error']);
  const text = `answers ${nameOf(call)}: ${answer}${factsOf(message)}`;
  return { at, order: rank.replied, node, text, tone: isOk ? 'operator' : 'bad' };
}

function okInWords(call: Message, { value }: Message): string {
  if (call.type !== 'get') return 'OK';
  return value === null ? 'no value' : String(value);
}

function factsOf(message: Message): string {
  const facts = message['facts'] as Message | undefined;
  if (facts === undefined) return '';
  const state = facts['cluster_failover_state'];
  const why = state === 'failed' ? `: ${facts['failover_reason']}` : '';
  const failover = state === undefined ? '' : `, failover ${state}${why}`;
  return ` (${facts['role']}, epoch ${facts['cluster_current_epoch']}${failover})`;
}

function nameOf(call: Message): string {
  const name = call.type === 'outcome' ? 'SETNODES' : call.type.toUpperCase();
  return call['key'] === undefined ? name : `${name} ${call['key']}`;
}
