import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, raise, setup } from 'xstate';
import { anyAction } from '../purity.js';
import { CompiledMachine, soundParts } from './compile.js';
import { Program } from './program.js';
import { Run } from './run.js';

const bell = setup({
  types: { context: {} as { n: number } },
  actions: { ring: (_, _params: { times: number }) => {} },
  guards: { 'it is late': ({ context }) => context.n > 1 },
}).createMachine({
  id: 'bell',
  context: { n: 0 },
  initial: 'still',
  states: {
    still: {
      on: {
        pull: [
          { guard: 'it is late' },
          {
            target: 'ringing',
            actions: [
              { type: 'ring', params: ({ context }) => ({ times: context.n }) },
              assign({ n: ({ context }) => context.n + 1 }),
            ],
          },
        ],
      },
    },
    ringing: { after: { 10: 'still' }, on: { muffle: { actions: raise({ type: 'done' }) } } },
  },
});

const newStep = () => ({ actions: [], microsteps: [], report: false });

describe('code made for a machine', () => {
  it('asks the guards of an event and does what was done before', () => {
    const program = new Program(bell, { ...soundParts, codeAfter: 0 }, anyAction);
    const run = new Run(program);
    const state = run.start(undefined, newStep());
    const answer = state.configuration.answer('pull');
    run.take(state, { type: 'pull' }, newStep());
    expect(answer.code.text).toMatchInlineSnapshot(`
      ""use strict";
      const [branch0, guard1, branch2, unevaluated3, params4, none5, assign6, canHold7, write8, constant9, arming10, configuration11, plan12, byTables13] = held;
      return (run) => {
        const { state, event, actions } = run;
        let { context } = state;
        let enabled;
        let asked;
        try {
          chain: {
            asked = branch0;
            if (guard1({ context, event }, undefined)) {
              enabled = branch0;
              break chain;
            }
            enabled = branch2;
          }
        } catch (error) {
          throw unevaluated3(asked, run, error);
        }
        if (enabled === branch2) {
          const begin = actions.length;
          const made_0 = params4({ context, event });
          if (typeof made_0 === "object") run.lend();
          actions.push({ type: "ring", params: made_0 ?? none5 });
          const value_1 = assign6({ context, event, self: run.self, system: run.system, spawn: run.spawn }, undefined);
          if (state.shape !== write8.widened) write8.widen(state);
          context = run.writable(canHold7(value_1));
          context["n"] = value_1;
          actions.push({ type: "arm", id: "xstate.after.10.bell.ringing", delayMs: 10, event: { "type": "xstate.after.10.bell.ringing" } });
          state.configuration = configuration11;
          run.hasChanged = true;
          if (run.reports) run.report(plan12, begin);
          return true;
        }
        return byTables13(run, enabled);
      };"
    `);
  });

  it('contains nothing that a name or an event brings along', () => {
    const names = ['"; throw 1; //', '\u2028throw 1; //', '\n', '`${', '*/', '\\'];
    const machine: AnyStateMachine = createMachine({
      context: Object.fromEntries(names.map((name) => [name, 0])),
      initial: names[0]!,
      states: Object.fromEntries(
        names.map((name, at) => [
          name,
          {
            entry: assign(Object.fromEntries(names.map((field) => [field, at]))),
            after: { 5: '#end' },
            on: Object.fromEntries(
              names.map((type, to) => [
                type,
                {
                  target: `#${to}`,
                  actions: [{ type: name }, raise({ type: name } as never, { delay: 1, id: name })],
                },
              ]),
            ),
            id: `${at}`,
          },
        ]),
      ),
      on: { end: { target: '#0' } },
      id: 'end',
    } as never);
    const step = newStep();
    const byCode = new CompiledMachine(machine, anyAction, { ...soundParts, codeAfter: 0 });
    const byTables = new CompiledMachine(machine, anyAction, soundParts);
    const other = newStep();
    let one = byCode.start(undefined, step);
    let two = byTables.start(undefined, other);
    for (const type of [...names, ...names, ...names.toReversed()]) {
      one = byCode.take(one, { type }, step);
      two = byTables.take(two, { type }, other);
      expect(step).toEqual(other);
      expect(byCode.save(one)).toEqual(byTables.save(two));
    }
  });
});
