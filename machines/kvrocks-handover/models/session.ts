/**
 * One client's session across the switch. It keeps one key, follows redirects by hand and believes that
 * the node which served it last is master. Whoever is master by then, a read brings the value that was
 * acknowledged last; where an answer never came, a read tells whether the write was done.
 *
 * Sources: kvrocks-graceful-failover.md, 6.3 and 7; graceful.md, Claims.
 *
 * The client's requests are calls of operators, each over a connection of its own: a session is an
 * order of requests, not a connection. Two values take turns, so that an old one would be told from
 * the last. A handover back leads to where the session began: nothing here counts epochs.
 */
import { assign, setup } from 'xstate';
import { ask, begin, type Deed, end, pass, seen, type TestModel } from '../../test-model.js';
import {
  attempt,
  attemptBack,
  attemptOver,
  comesBack,
  crash,
  failover,
  holdMessage,
  letGo,
  silenceEnds,
  timeoutMs,
  untilTakeover,
} from './shard.js';

type Value = 'a' | 'b';

interface Context {
  /** The value that was acknowledged last. */
  last: Value;
}

const otherThan = (value: Value): Value => (value === 'a' ? 'b' : 'a');

const model = setup({
  types: { context: {} as Context },
  actions: { 'take turns': assign({ last: ({ context }) => otherThan(context.last) }) },
});

/** What was written last has been acknowledged, or was found by a read. */
const written = <Target extends string>(target: Target) =>
  ({ target, actions: 'take turns' }) as const;

const answers = (n1: string, n2: string) => ({ write: { n1, n2 }, read: { n1, n2 } });
/** What the client can't tell apart is one state: it sees no role and no failover. */
const firstServes = answers('OK', 'MOVED n1');
const secondServes = answers('MOVED n2', 'OK');

const chart = model.createMachine({
  id: 'session',
  context: { last: 'a' },
  initial: 'new',
  states: {
    new: { ...seen(firstServes), on: { 'the client writes for the first time': 'at n1' } },
    'at n1': {
      ...seen(firstServes),
      on: {
        'the client writes at n1': written('at n1'),
        'the client reads at n1': 'at n1',
        'the client reads at slaves of n1': 'at n1',
        'the client asks n3, which sends it to n1': 'at n1',
        'a write does not reach n1': 'in doubt, not done',
        'the answer to a write does not come back': 'in doubt, done',
        'n1 stands still with a write of the client': 'in doubt, not yet',
        'n1 crashes': 'at n1, down',
        FAILOVER: 'at n1, moved',
        'FAILOVER over a write of the client on its way': written('at n1, writes refused'),
        'FAILOVER, and TAKEOVER is on the way': 'at n1, all refused',
        'FAILOVER, and the answer is on the way': 'at n1, taken unknown',
      },
    },
    'in doubt, not done': {
      ...seen(firstServes),
      on: {
        'a read at n1 says that it was not done': 'at n1',
        FAILOVER: 'in doubt, not done, moved',
      },
    },
    'in doubt, done': {
      ...seen(firstServes),
      on: {
        'a read at n1 says that it was done': written('at n1'),
        FAILOVER: 'in doubt, done, moved',
      },
    },
    // The request waits in the connection, and is carried out when nobody waits for it any more.
    'in doubt, not yet': {
      ...seen(answers('no answer', 'MOVED n1')),
      on: { 'n1 goes on': 'in doubt, done' },
    },
    'in doubt, not done, moved': {
      ...seen(secondServes),
      on: { 'a read, sent on to n2, says that it was not done': 'at n2' },
    },
    'in doubt, done, moved': {
      ...seen(secondServes),
      on: { 'a read, sent on to n2, says that it was done': written('at n2') },
    },
    'at n1, down': {
      ...seen(answers('no answer', 'MOVED n1')),
      on: {
        'the client asks n2, which sends it to n1': 'at n1, down',
        'n1 comes back': 'at n1',
      },
    },
    'at n1, writes refused': {
      ...seen({
        write: { n1: 'TRYAGAIN', n2: 'MOVED n1' },
        read: { n1: 'OK', n2: 'MOVED n1' },
      }),
      on: {
        'the client writes and is refused': 'at n1, writes refused',
        'the client reads at n1': 'at n1, writes refused',
        'the client asks until its write is done at n2': written('at n2'),
        'the client asks until its write is done at n1': written('at n1'),
      },
    },
    'at n1, all refused': {
      ...seen(answers('TRYAGAIN', 'MOVED n1')),
      on: {
        'the client is refused': 'at n1, all refused',
        'the client reads at slaves of n1': 'at n1, all refused',
        'TAKEOVER arrives': 'at n1, moved',
        'TAKEOVER arrives and the answer is on the way': 'at n1, taken unknown',
        'CANCEL comes before TAKEOVER': 'at n1',
      },
    },
    'at n1, taken unknown': {
      ...seen(answers('TRYAGAIN', 'OK')),
      on: {
        'the client is refused': 'at n1, taken unknown',
        'the client tries n2 and writes': written('at n2'),
        'the client tries n2 and reads': 'at n2',
        'the answer arrives': 'at n1, moved',
      },
    },
    'at n1, moved': {
      ...seen(secondServes),
      on: {
        'a write is sent on to n2': written('at n2'),
        'a read is sent on to n2': 'at n2',
        'n1 crashes': 'at n1, moved and down',
        'FAILOVER back': 'at n1',
      },
    },
    'at n1, moved and down': {
      ...seen(answers('no answer', 'OK')),
      on: { 'the client gives n1 up and asks n3': written('at n2') },
    },
    'at n2': {
      ...seen(secondServes),
      on: {
        'the client writes at n2': written('at n2'),
        'the client reads at n2': 'at n2',
        'the client reads at slaves of n2': 'at n2',
        'FAILOVER back': 'at n2, moved back',
      },
    },
    'at n2, moved back': {
      ...seen(answers('OK', 'MOVED n1')),
      on: {
        'a write is sent back to n1': written('at n1'),
        'a read is sent back to n1': 'at n1',
      },
    },
  },
});

const write = (node: string, value: Value, answer: string): Deed =>
  ask({ type: 'set', node, key: 'mine', value }, answer);
const refusedRead = (node: string, answer: string): Deed =>
  ask({ type: 'get', node, key: 'mine' }, answer);
/** A read that brings that value. */
const read = (node: string, value: Value): Deed => refusedRead(node, `OK "${value}"`);
const slaveRead = (node: string, value: Value): Deed =>
  ask({ type: 'get', node, key: 'mine', readonly: true }, `OK "${value}"`);

/** Until what was asked has been answered: the client asks one thing after another. */
const answered = pass(10);

/** The next write of the client, at a node; sent on where that node says so. */
const writes =
  (...to: readonly (readonly [node: string, answer: string])[]) =>
  ({ last }: Context): readonly Deed[] =>
    to.flatMap(([node, answer]) => [write(node, otherThan(last), answer), answered]);

/** Asks elsewhere first, then reads what was acknowledged last. */
const reads =
  (node: string, ...before: readonly (readonly [node: string, answer: string])[]) =>
  ({ last }: Context): readonly Deed[] => [
    ...before.flatMap(([other, answer]) => [refusedRead(other, answer), answered]),
    read(node, last),
  ];

/** The same where the write that nobody acknowledged was done. */
const finds =
  (...[node, ...before]: Parameters<typeof reads>) =>
  ({ last }: Context) =>
    reads(node, ...before)({ last: otherThan(last) });

/** Such messages are lost, each with its connection's rest: those of clients beside, too. */
const loses = (type: string, side: 'from' | 'to'): Deed =>
  begin('loss', { kind: 'link', [side]: 'n1', type, verdict: { kind: 'drop' } });

/** Until what the deed before has set off is over: no state here is waited for, it has to be there. */
const shortly = 50;
/** An attempt up to TAKEOVER, with a message on the way. */
const attemptWith = (onTheWay: Deed): readonly Deed[] => [
  pass(1500),
  onTheWay,
  failover('OK'),
  untilTakeover,
];

const answerArrives = [letGo('takeover-reply'), pass(1200)];

export const session: TestModel = {
  name: 'session',
  about: 'one client across the switch: it follows redirects and reads what was acknowledged to it',
  // Without passwords: a request can be sent to a process that stands still.
  scenario: { cluster: { slaves: 2 } },
  knobs: { cancelAfterMs: 10_000 },
  machine: chart,
  deeds: {
    'the client writes for the first time': [write('n1', 'a', 'OK')],
    'the client writes at n1': writes(['n1', 'OK']),
    'the client writes at n2': writes(['n2', 'OK']),
    'the client reads at n1': reads('n1'),
    'the client reads at n2': reads('n2'),
    'the client reads at slaves of n1': ({ last }: Context) => [
      pass(shortly),
      slaveRead('n2', last),
      slaveRead('n3', last),
    ],
    'the client reads at slaves of n2': ({ last }: Context) => [
      pass(2000),
      slaveRead('n1', last),
      slaveRead('n3', last),
    ],
    'the client asks n3, which sends it to n1': reads('n1', ['n3', 'MOVED n1']),
    'the client asks n2, which sends it to n1': [
      refusedRead('n1', 'no answer'),
      refusedRead('n2', 'MOVED n1'),
    ],

    'a write does not reach n1': ({ last }: Context) => [
      loses('set', 'to'),
      write('n1', otherThan(last), 'no answer'),
      pass(1100),
      end('loss'),
    ],
    'the answer to a write does not come back': ({ last }: Context) => [
      loses('set-reply', 'from'),
      write('n1', otherThan(last), 'no answer'),
      pass(1100),
      end('loss'),
    ],
    'n1 stands still with a write of the client': ({ last }: Context) => [
      begin('pause', { kind: 'pause', node: 'n1' }),
      write('n1', otherThan(last), 'no answer'),
      pass(1100),
    ],
    'n1 goes on': [end('pause'), pass(shortly)],
    'a read at n1 says that it was not done': reads('n1'),
    'a read at n1 says that it was done': finds('n1'),
    'a read, sent on to n2, says that it was not done': reads('n2', ['n1', 'MOVED n2']),
    'a read, sent on to n2, says that it was done': finds('n2', ['n1', 'MOVED n2']),

    'n1 crashes': [crash('n1'), pass(10)],
    'n1 comes back': comesBack('n1'),
    'the client gives n1 up and asks n3': ({ last }: Context) => [
      ...writes(['n1', 'no answer'], ['n3', 'MOVED n2'], ['n2', 'OK'])({ last }),
      ...comesBack('n1'),
    ],

    FAILOVER: attempt,
    'FAILOVER back': attemptBack,
    'FAILOVER over a write of the client on its way': ({ last }: Context) => [
      pass(1500),
      ...attemptOver(
        ask(
          { type: 'set', node: 'n1', key: 'mine', value: otherThan(last), patienceMs: 5000 },
          'OK',
        ),
      ),
    ],
    'FAILOVER, and TAKEOVER is on the way': attemptWith(holdMessage('n1', 'n2', 'takeover')),
    'FAILOVER, and the answer is on the way': attemptWith(
      holdMessage('n2', 'n1', 'takeover-reply'),
    ),

    'the client writes and is refused': writes(['n1', 'TRYAGAIN']),
    'the client is refused': ({ last }: Context) => [
      write('n1', otherThan(last), 'TRYAGAIN'),
      refusedRead('n1', 'TRYAGAIN'),
    ],
    'the client asks until its write is done at n2': ({ last }: Context) => [
      write('n1', otherThan(last), 'TRYAGAIN'),
      answered,
      silenceEnds,
      pass(shortly),
      ...writes(['n1', 'MOVED n2'], ['n2', 'OK'])({ last }),
    ],
    'the client asks until its write is done at n1': ({ last }: Context) => [
      write('n1', otherThan(last), 'TRYAGAIN'),
      pass(timeoutMs + shortly),
      ...writes(['n1', 'OK'])({ last }),
    ],
    'TAKEOVER arrives': [letGo('takeover'), pass(shortly)],
    'TAKEOVER arrives and the answer is on the way': [
      holdMessage('n2', 'n1', 'takeover-reply'),
      letGo('takeover'),
      pass(shortly),
    ],
    'CANCEL comes before TAKEOVER': [pass(12_500), letGo('takeover'), pass(shortly)],
    'the answer arrives': answerArrives,
    'the client tries n2 and writes': ({ last }: Context) => [
      ...writes(['n1', 'TRYAGAIN'], ['n2', 'OK'])({ last }),
      // The old value is there, and nobody gets it.
      refusedRead('n1', 'TRYAGAIN'),
      answered,
      ...answerArrives,
    ],
    'the client tries n2 and reads': ({ last }: Context) => [
      ...reads('n2', ['n1', 'TRYAGAIN'])({ last }),
      answered,
      ...answerArrives,
    ],
    'a write is sent on to n2': writes(['n1', 'MOVED n2'], ['n2', 'OK']),
    'a read is sent on to n2': reads('n2', ['n1', 'MOVED n2']),
    'a write is sent back to n1': writes(['n2', 'MOVED n1'], ['n1', 'OK']),
    'a read is sent back to n1': reads('n1', ['n2', 'MOVED n1']),
  },
};
