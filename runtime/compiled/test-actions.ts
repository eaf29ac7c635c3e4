/** Actions for generated machines, of every form: what they ask for, compute, raise, and decide. */
import { and, assign, cancel, enqueueActions, not, raise, stateIn } from 'xstate';
import { guardFrom, guards } from './test-guards.js';
import type { Choices, Draft, Loose } from './test-machines.js';

/** What machines name. */
export const implementations: Loose = {
  guards,
  actions: {
    count: assign({ n: ({ context }: Loose) => context.n + 1 }),
    add: assign({ n: ({ context }: Loose, { by }: Loose) => (context.n + by) % 50 }),
    keep: assign(({ context }: Loose, params: Loose) => ({
      box: context.box === null ? { kept: params ?? null } : null,
    })),
    remind: raise(({ context }: Loose, params: Loose) => ({ type: 'r1', n: context.n, params })),
    'call off': cancel((_: Loose, params: Loose) => params?.id ?? 'timer'),
    decide: enqueueActions(({ context, enqueue, check }: Loose, params: Loose) => {
      if (check('odd')) enqueue('count');
      enqueue({ type: 'note', params: { subject: 'decided', value: [context.n, params ?? null] } });
      if (check({ type: 'above', params: { limit: 2 } })) enqueue.assign({ n: 0 });
    }),
  },
  delays: { computed: ({ context }: Loose) => context.n % 7, fixed: 3 },
};

/** One to three. */
export function actionsFrom(choices: Choices, states: readonly Draft[]): Loose[] {
  const wanted = 1 + choices.below(3);
  return Array.from({ length: wanted }, () => actionFrom(choices, states));
}

function actionFrom(choices: Choices, states: readonly Draft[]): Loose {
  const make = choices.of([asked, assigned, raised, decided, named]);
  return make(choices, states);
}

/** Effects; params that hold the context itself show whether it is written over. */
function asked(choices: Choices): Loose {
  const value = choices.below(100);
  return choices.of<Loose>([
    { type: 'note', params: { subject: 'static', value } },
    'sync',
    { type: 'release' },
    {
      type: 'note',
      params: ({ context, event }: Loose) => ({ subject: event.type, value: context.n + value }),
    },
    { type: 'persist', params: ({ context }: Loose) => ({ fields: context }) },
    { type: 'persist', params: ({ context }: Loose) => ({ fields: { ...context }, of: value }) },
    { type: 'drain', params: ({ context }: Loose) => context },
    { type: 'wake', params: () => undefined },
  ]);
}

function assigned(choices: Choices): Loose {
  const value = choices.below(5);
  return choices.of<Loose>([
    assign({ n: ({ context }: Loose) => context.n + 1 }),
    assign({ n: ({ context }: Loose) => context.m, m: ({ context }: Loose) => context.n }),
    assign({ m: value }),
    assign({ m: ({ context }: Loose) => context.m + 1, box: null, n: value }),
    assign(({ context, event }: Loose) => ({ log: [...context.log, event.type].slice(-4) })),
    // The old context stays in the new one.
    assign({ box: ({ context }: Loose) => ({ held: context.box === null ? context : value }) }),
    assign(({ context }: Loose) => (context.n % 3 === 0 ? { extra: value } : {})),
    assign(({ context }: Loose) => (context.n > 4 ? { n: 0, [`field${value}`]: context.m } : {})),
    assign(() => undefined as Loose),
    assign({}),
  ]);
}

function raised(choices: Choices): Loose {
  const delay = choices.below(9);
  return choices.of<Loose>([
    raise({ type: 'r1' }),
    raise({ type: 'r2', k: 1 } as Loose),
    raise(({ context }: Loose) => ({ type: 'r1', held: context })),
    raise(({ event }: Loose) => ({ type: 'r2', of: event.type, k: event.k })),
    raise({ type: 'r1' }, { delay, id: 'timer' }),
    raise({ type: 'r2' }, { delay }),
    raise(({ context }: Loose) => ({ type: 'r2', held: context }), { delay: 'computed' } as Loose),
    raise({ type: 'w.x' }, { delay: ({ context }: Loose) => context.m % 5, id: 'other' }),
    raise(
      { type: 'r1' },
      { delay: ({ context }: Loose) => (context.n % 2 ? 4 : undefined) as Loose },
    ),
    cancel('timer'),
    cancel(({ context }: Loose) => (context.n % 2 === 0 ? 'other' : 'raise:r2')),
  ]);
}

function named(choices: Choices): Loose {
  const by = choices.below(4);
  return choices.of<Loose>([
    'count',
    { type: 'add', params: { by } },
    { type: 'add', params: ({ context }: Loose) => ({ by: context.m }) },
    { type: 'keep', params: { by } },
    { type: 'keep', params: ({ context }: Loose) => ({ n: context.n }) },
    { type: 'remind', params: { by } },
    'remind',
    'call off',
    { type: 'call off', params: () => ({ id: 'raise:r1' }) },
    'decide',
    { type: 'decide', params: ({ context }: Loose) => context.m },
  ]);
}

function decided(choices: Choices, states: readonly Draft[]): Loose {
  const guard = guardFrom(choices, states);
  const state = choices.of(states).id;
  return choices.of<Loose>([
    enqueueActions(({ enqueue, check }: Loose) => {
      if (check(guard)) enqueue('count');
      else enqueue.raise({ type: 'r1' });
    }),
    enqueueActions(({ context, enqueue }: Loose) => {
      // The context of now, whatever is assigned before these run.
      enqueue.assign({ n: ({ context: then }: Loose) => then.n + 1 });
      enqueue.assign({ m: () => context.n });
      enqueue({ type: 'persist', params: ({ context: then }: Loose) => ({ then, now: context }) });
      enqueue.assign(({ context: then }: Loose) => ({ n: then.n + context.m }));
    }),
    enqueueActions(({ enqueue, check, event }: Loose) => {
      if (check(stateIn(`#${state}`))) enqueue({ type: 'note', params: { subject: state } });
      enqueue.raise({ type: 'r2', of: event.type }, { delay: 2, id: 'timer' });
      if (check(and(['odd', not(guard)]))) enqueue.cancel('timer');
    }),
    enqueueActions(({ enqueue }: Loose) => {
      enqueue(assign({ m: 3 }));
      enqueue(
        enqueueActions(({ context, enqueue: inner }: Loose) => {
          inner({ type: 'add', params: { by: context.m } });
          inner('decide');
          inner('sync');
        }),
      );
      enqueue({ type: 'keep', params: ({ context }: Loose) => context });
    }),
  ]);
}
