/**
 * How several subtests begin: the servers have been through another subtest's failover, and SETNODES
 * with the old roles takes it back.
 */
import { ends, ok } from './assertions.js';
import { at, ending, failover, M, pushed, S, type Steps, sameRoles } from './steps.js';

/** Done after 2.5 s. */
export const takenBack: Steps = {
  'earlier FAILOVER': at(151, failover(M, S)),
  'earlier end': ending(M),
  ...pushed(2000, sameRoles(2)),
};

/** The failover went well. */
export const handedOverWell = [ok('earlier FAILOVER'), ends('earlier end', 'success')];

/** It did, and so did SETNODES: the subtest demands it. */
export const takenBackWell = [...handedOverWell, ok('SETNODES 2 at M'), ok('SETNODES 2 at S')];
