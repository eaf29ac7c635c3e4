/**
 * What becomes of each case under `graceful`: it holds as it is, or a safeguard answers for another
 * expectation, which is written here and holds instead.
 */
import type { Safeguard } from '../../../machines/kvrocks-handover/knobs.js';
import {
  allOk,
  because,
  each,
  either,
  ends,
  isMoved,
  moved,
  ok,
  prints,
  refused,
} from './assertions.js';
import { handedBack, type Instead, readsWhileHandingBack, restarts, timeouts } from './instead.js';
import type { Assertion, ProposalCase } from './proposal-case.js';
import { handedOverWell } from './resets.js';
import { S } from './steps.js';

/** How a case stands under `graceful`. There is nothing between the two. */
export type Standing = { readonly kind: 'same' } | Differs;

/** Another expectation holds. */
export interface Differs {
  readonly kind: 'differs';
  /** Without all of these the case holds as it is; with any one of them it does not. */
  readonly safeguards: readonly Safeguard[];
  readonly expectation: string;
  /** What the steps of the case see instead. */
  readonly asserts: readonly Assertion[];
  /** The steps that reach the aim of the case under `graceful`, where its own do not. */
  readonly instead?: Instead;
}

const same: Standing = { kind: 'same' };

const refusedEarly = (...more: readonly Assertion[]): Differs => ({
  kind: 'differs',
  safeguards: ['refuseEarly'],
  expectation: 'FAILOVER itself is refused, and no attempt begins',
  asserts: [refused('FAILOVER', 'ERR target is not an attached slave of this node'), ...more],
});

/** Roles move by TAKEOVER alone, so that SETNODES can't give them back. */
const roleMoves = ['promote', 'demote', 'roleGuard'] as const;
/** What FAILOVER says in the state `success`, as in the proposal. */
const hasSucceeded = 'ERR Failover is already in progress';
const otherContent = 'ERR Invalid cluster version: same version, other content';
/** The earlier failover has made S the master in epoch 2, and M its slave. */
const rolesStay = [
  ...handedOverWell,
  refused('SETNODES 2 at M', otherContent),
  refused('SETNODES 2 at S', otherContent),
];
const stays = 'SETNODES gives M no role back: it is refused, and so is FAILOVER at M';

/** By the name of the case's scenario. */
export const differences: Readonly<Record<string, Differs>> = {
  'case-02-custom-timeout': {
    kind: 'differs',
    safeguards: roleMoves,
    expectation: stays,
    asserts: [...rolesStay, refused('FAILOVER', hasSucceeded)],
    instead: handedBack,
  },
  'case-03-unknown-node': refusedEarly(prints('the end', 'none')),
  'case-04-not-a-slave': refusedEarly(
    ok('SETNODES at M'),
    ok('SETNODES at S'),
    prints('the end', 'none'),
  ),
  'case-06-timeouts': {
    kind: 'differs',
    safeguards: ['forcedAck', ...roleMoves],
    expectation: `a timeout of 0 succeeds when S has everything, after writes too; ${stays}`,
    asserts: [
      ok('FAILOVER 0'),
      ends('end of 0', 'success'),
      refused('SETNODES 5 at M', 'ERR this node is slave'),
      refused('SETNODES 5 at S', 'ERR this node is master'),
      each('SET', `MOVED to ${S}`, (call) => isMoved(call)),
      refused('FAILOVER 0 with lag', hasSucceeded),
      refused('SETNODES 6 at M', 'ERR this node is slave'),
      refused('FAILOVER 100', hasSucceeded),
      refused('SETNODES 7 at M', 'ERR this node is slave'),
      refused('FAILOVER 10000', hasSucceeded),
    ],
    instead: timeouts,
  },
  'case-08-restart': {
    kind: 'differs',
    safeguards: roleMoves,
    expectation: stays,
    asserts: [
      ...rolesStay,
      refused('FAILOVER 1', hasSucceeded),
      refused('FAILOVER 10000', hasSucceeded),
    ],
    instead: restarts,
  },
  'case-10-reads-pass': {
    kind: 'differs',
    safeguards: roleMoves,
    expectation: stays,
    asserts: [
      ...rolesStay,
      refused('SET readkey', 'MOVED'),
      refused('FAILOVER', hasSucceeded),
      each('GET', `MOVED to ${S}`, (call) => isMoved(call)),
    ],
    instead: readsWhileHandingBack,
  },
  'case-13-all-transitions': {
    kind: 'differs',
    safeguards: roleMoves,
    expectation: stays,
    asserts: [...rolesStay, prints('INFO before', 'success'), refused('FAILOVER', hasSucceeded)],
    instead: handedBack,
  },
  'case-14-takeover-command': {
    kind: 'differs',
    safeguards: ['attemptToken', 'promote', 'roleGuard'],
    expectation: 'a TAKEOVER that names no attempt is refused',
    asserts: [
      refused('TAKEOVER', 'ERR TAKEOVER without an attempt'),
      ok('SET takeoverkey'),
      ok('SETNODES 2 at M'),
      ok('SETNODES 2 at S'),
      ok('FAILOVER'),
      ends('the end', 'success'),
    ],
  },
  'case-17-not-connected': refusedEarly(ok('S follows nobody'), prints('INFO after', 'none')),
  'case-18-wait-sync-timeout': {
    kind: 'differs',
    safeguards: ['forcedAck'],
    expectation: 'M asks S what it has, finds no lag, and succeeds',
    asserts: [
      allOk('SET'),
      ok('FAILOVER'),
      ends('the end', 'success'),
      prints('INFO after', 'success'),
    ],
  },
  'case-19-auth-failure': refusedEarly(prints('INFO after', 'none')),
  'case-22-not-syncing': refusedEarly(prints('INFO after', 'none')),
  'case-25-no-connection': {
    kind: 'differs',
    safeguards: ['preconnect'],
    expectation:
      'M is connected before: it sees the break and fails, or has asked by then and hears of S later',
    asserts: [
      ok('FAILOVER'),
      either(
        [
          ends('the end', 'failed'),
          because('INFO after', 'Failed to send TAKEOVER: connection broken'),
          ok('SET after'),
        ],
        [ends('the end', 'success'), moved('SET after')],
      ),
    ],
  },
  'case-26-takeover-refused': {
    kind: 'differs',
    safeguards: ['attemptToken'],
    expectation: 'FAILOVER itself is refused: S knows no TAKEOVER of an attempt',
    asserts: [
      refused('FAILOVER', 'ERR target does not know TAKEOVER of an attempt'),
      prints('INFO after', 'none'),
      ok('SET after'),
    ],
  },
  'case-33-reads-while-closed': {
    kind: 'differs',
    safeguards: ['gateReadsWhileSwitching'],
    expectation: 'reads are told TRYAGAIN too, from the intent until the answer of S',
    asserts: [
      ok('SET readkey'),
      ok('FAILOVER'),
      each('GET', 'reads readvalue, TRYAGAIN or MOVED', (call) => {
        const { value, error } = call;
        return value === 'readvalue' || error === 'TRYAGAIN Failover in progress' || isMoved(call);
      }),
      ends('the end', 'success'),
    ],
  },
};

/** How a case stands under `graceful`. */
export function underGraceful({ scenario }: ProposalCase): Standing {
  return differences[scenario.name] ?? same;
}
