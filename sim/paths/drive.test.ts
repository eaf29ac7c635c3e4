/** Driving a cluster along a path: what passes, what strays, and what is left to run again. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, setup } from 'xstate';
import { coordinator } from '../../machines/kvrocks-handover/models/coordinator.js';
import {
  ask,
  begin,
  type Deed,
  end,
  type Observation,
  pass,
  seen,
  stays,
  type TestModel,
} from '../../machines/test-model.js';
import { run } from '../run.js';
import { parseScenario, type ScenarioInput } from '../scenario.js';
import { Driver } from './drive.js';
import type { Path } from './enumerate.js';
import { graphOf } from './model-graph.js';
import { answerTo, type Seen, watch } from './watch.js';

const graceful = { name: 'graceful', knobs: {} };

const up: Observation = {
  info: { n1: { role: 'master' }, n2: { role: 'slave', master: 'n1' } },
  write: { n1: 'OK', n2: 'MOVED n1' },
  read: { n1: 'OK' },
};
const down: Observation = { info: { n1: 'no answer' }, write: { n1: 'no answer' } };

const crash = begin('crash', { kind: 'crash', node: 'n1' });
const get = (answer: string): Deed => ask({ type: 'get', node: 'n1', key: 'k' }, answer);

/** A master that goes and comes back; what is said of it may be wrong. */
function pulse({
  whenUp = up,
  whenDown = down,
  deeds = {},
}: {
  whenUp?: Observation;
  whenDown?: Observation;
  deeds?: TestModel['deeds'];
} = {}): TestModel {
  return {
    name: 'pulse',
    about: 'a master that goes and comes back',
    machine: createMachine({
      id: 'pulse',
      initial: 'up',
      states: {
        up: { ...seen(whenUp), on: { write: stays, crash: 'down' } },
        down: { ...seen(whenDown), on: { wait: stays, restart: 'up', 'be restarted': 'up' } },
      },
    }),
    deeds: {
      write: [
        ask({ type: 'set', node: 'n1', key: 'k', value: 'x' }, 'OK'),
        pass(10),
        get('OK "x"'),
      ],
      crash: [crash],
      wait: [pass(500)],
      restart: [end('crash'), pass(100)],
      // Whatever was begun for a state ends with it.
      'be restarted': [pass(100)],
      ...deeds,
    },
    scenario: { cluster: { slaves: 1 } },
    withinMs: 1500,
  };
}

function pathOf(model: TestModel, ...events: readonly string[]): Path {
  const { leaving } = graphOf(model);
  let state = 0;
  return events.map((event) => {
    const edge = leaving[state]!.find((one) => one.event === event)!;
    state = edge.to;
    return edge;
  });
}

const strayOf = (model: TestModel, ...events: readonly string[]) =>
  new Driver(model, graceful).drive(pathOf(model, ...events)).stray;

/** How every call of a scenario's operators was answered. */
const answersIn = (seenOf: Seen, { operator = [] }: ScenarioInput) =>
  operator.map((_, at) => answerTo(seenOf, at + 1));

describe('driving a path', () => {
  it('should pass where every state shows itself', () => {
    const model = pulse();
    const driver = new Driver(model, graceful);
    const driven = driver.drive(pathOf(model, 'write', 'crash', 'restart', 'write'));
    expect(driven.stray).toBeUndefined();
    expect(driver.runs).toBeGreaterThan(4);
    expect(driven.stage.faults).toMatchObject([{ name: 'crash', as: { node: 'n1' } }]);
  });

  it('should end what was begun for a state when the state is left, and not before', () => {
    expect(strayOf(pulse(), 'crash', 'wait', 'wait', 'be restarted', 'write')).toBeUndefined();
  });

  it.each([
    [
      'a write that is said to be answered',
      { whenDown: { write: { n1: 'OK' } } },
      ['write', 'crash'],
      { step: 2, text: 'n1 answered a write with no answer; expected OK' },
    ],
    [
      'a read that is said to be refused',
      { whenUp: { read: { n2: 'TRYAGAIN' } } },
      [],
      { step: 0, text: 'n2 answered a read with MOVED n1; expected TRYAGAIN' },
    ],
    [
      'a role that it has not',
      { whenUp: { info: { n2: { role: 'master' } } } },
      [],
      { step: 0, text: 'n2 said "slave" of role; expected "master"' },
    ],
    [
      'a fact that is not told',
      { whenUp: { info: { n1: { mood: 'good' } } } },
      [],
      { step: 0, text: 'n1 said nothing of mood; expected "good"' },
    ],
    [
      'a node that is said to be silent',
      { whenUp: { info: { n2: 'no answer' as const } } },
      [],
      { step: 0, text: 'n2 answered INFO; expected no answer' },
    ],
    [
      'a node that is said to speak',
      { whenDown: { info: { n1: { role: 'master' } } } },
      ['crash'],
      { step: 1, text: 'n1 did not answer INFO' },
    ],
    [
      'a value that was never written',
      { deeds: { write: [get('OK "y"')] } },
      ['write'],
      { step: 1, text: 'n1 answered GET with OK null; expected OK "y"' },
    ],
    [
      'an answer of a node that is down',
      { deeds: { wait: [get('OK')] } },
      ['crash', 'wait'],
      { step: 2, text: 'n1 answered GET with no answer; expected OK' },
    ],
  ])('should stray from %s', (_, wrong, events, stray) => {
    expect(strayOf(pulse(wrong), ...events)).toEqual(stray);
  });

  it('should stray from a model that has the old master serve after a failover', () => {
    const model: TestModel = {
      ...coordinator,
      machine: createMachine({
        id: 'wrong',
        initial: 'idle',
        states: {
          idle: { on: { FAILOVER: 'over' } },
          over: seen({ write: { n1: 'OK' }, info: { n1: { cluster_failover_state: 'success' } } }),
        },
      }),
      deeds: { FAILOVER: coordinator.deeds['FAILOVER']! },
    };
    expect(strayOf(model, 'FAILOVER')).toEqual({
      step: 1,
      text: 'n1 answered a write with MOVED n2; expected OK',
    });
  });

  it('should go on in time where a state says nothing of what nodes say of themselves', () => {
    const model = pulse({ whenUp: { write: { n1: 'OK' } }, whenDown: {} });
    const driver = new Driver(model, graceful);
    const path = pathOf(model, 'crash', 'wait', 'wait', 'restart');
    const times = path.map((_, at) => driver.drive(path.slice(0, at + 1)).stage.nowUs);
    expect(driver.drive(path).stray).toBeUndefined();
    expect(times[0]).toBeGreaterThan(300_000);
    expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(1_000_000);
    expect([...times].sort((one, other) => one - other)).toEqual(times);
  });

  it('should go no further than where a path strayed', () => {
    const model = pulse({ whenDown: { write: { n1: 'OK' } } });
    const driver = new Driver(model, graceful);
    const stray = driver.drive(pathOf(model, 'crash')).stray;
    const { runs } = driver;
    expect(driver.drive(pathOf(model, 'crash', 'wait', 'restart')).stray).toEqual(stray);
    expect(driver.runs).toBe(runs);
  });

  it('should ask the deeds what to do where the context is that', () => {
    const counted = setup({
      types: { context: {} as { nth: number } },
      guards: { 'it is the first': ({ context }) => context.nth === 0 },
      actions: { count: assign({ nth: 1 }) },
    }).createMachine({
      id: 'counted',
      context: { nth: 0 },
      initial: 'up',
      states: {
        up: {
          ...seen(up),
          on: { write: { actions: 'count', guard: 'it is the first' }, read: stays },
        },
      },
    });
    const model: TestModel = {
      ...pulse(),
      machine: counted,
      deeds: {
        write: ({ nth }) => [ask({ type: 'set', node: 'n1', key: 'k', value: `${nth}` }, 'OK')],
        read: ({ nth }) => [get(nth === 0 ? 'OK null' : 'OK "0"')],
      },
    };
    expect(strayOf(model, 'read', 'write', 'read')).toBeUndefined();
  });

  it('should refuse to give a cluster what it can not have had all along', () => {
    const given: Deed = { do: 'given', cluster: { slaves: 2 } };
    const model = pulse({ deeds: { write: [given], wait: [given] } });
    expect(strayOf(model, 'write')).toBeUndefined();
    expect(() => strayOf(model, 'crash', 'wait')).toThrow(
      new RangeError('{"slaves":2} is given after something happened; expected first'),
    );
  });

  it('should refuse to end what has not begun', () => {
    const model = pulse({ deeds: { write: [end('the flood')] } });
    expect(() => strayOf(model, 'write')).toThrow(
      new RangeError("'the flood' ends and has not begun"),
    );
  });
});

describe('the scenario of a driven path', () => {
  const model = pulse();
  const path = pathOf(model, 'write', 'crash', 'wait', 'restart', 'write');
  const scenarioOf = (...driven: readonly Path[]) => {
    const driver = new Driver(model, graceful);
    for (const one of driven) driver.drive(one);
    return driver.scenario(driver.drive(path));
  };

  it('should be the same whoever drives, whatever was driven before', () => {
    const scenario = scenarioOf();
    expect(scenarioOf()).toEqual(scenario);
    expect(scenarioOf(pathOf(model, 'crash'), pathOf(model, 'write', 'write'))).toEqual(scenario);
  });

  it('should give every operator the same answers as a plain scenario', () => {
    const scenario = scenarioOf();
    const untilUs = new Driver(model, graceful).drive(path).stage.nowUs;
    const answers = answersIn(watch(scenario, untilUs), scenario);
    expect(answers).toEqual(expect.arrayContaining(['OK', 'no answer', 'MOVED n1', 'OK "x"']));
    const { record } = run(scenario);
    expect(answersIn(record, scenario)).toEqual(answers);
  });

  it('should be one that a person could have written', () => {
    const scenario = JSON.parse(JSON.stringify(scenarioOf()));
    expect(parseScenario(parseScenario(scenario))).toEqual(parseScenario(scenario));
    expect(run(scenario).verdicts.map(({ validity }) => validity)).not.toContain('invalid');
  });
});
