/** What kills mutants, and what must not. */
import { describe, expect, it } from 'vitest';
import { readCorpus, refutedIn, under } from '../corpus.js';
import type { Strategy } from '../fuzz/generations.js';
import { run, runResolved } from '../run.js';
import { parseScenario } from '../scenario.js';
import { scenariosByHand } from './by-hand.js';
import { corpusHere } from './corpus-here.js';
import { fuzzKiller } from './fuzz-killer.js';
import { type Kill, killedBy } from './killer.js';
import { fateOf, killersOf } from './killers.js';
import { mutations, protocolNameOf, refusalOf } from './mutants.js';
import { scenarioKiller } from './scenario-killer.js';

const within = (runs: number, strategy: Strategy = 'swarm') => ({ seed: 1, strategy, runs });
const kill = (id: string, runs: number) =>
  fuzzKiller(within(runs, 'portfolio')).kill(protocolNameOf(id));

describe('fuzzing', () => {
  it.each([
    ['remove', 'failover command|served|1:remove', 'liveness'],
    ['retarget', 'job.waiting.looking|always|2:retarget', 'liveness'],
    ['negate', 'failover command|served|2:negate', 'liveness'],
    ['drop', 'job.looking up:drop.entry.0', 'defect'],
  ])('should kill within 5 runs a mutant by %s: %s', (operator, id, by) => {
    expect(mutations().get(id)?.operator).toBe(operator);
    const killed = kill(id, 5);
    expect(killed?.by).toContain(by);
    expect(killed?.text).toMatch(/^seed \d+: /);
    if (by === 'defect') expect(killed?.text).toContain("machine 'server'");
  });

  it('should not kill the original', () => {
    expect(fuzzKiller(within(48, 'portfolio')).kill('graceful')).toBeNull();
  });

  it('should kill by no run that the original fails too', () => {
    const proposal = 'kvrocks-pr3295';
    expect(fuzzKiller(within(20)).kill(proposal)).not.toBeNull();
    expect(fuzzKiller(within(20), proposal).kill(proposal)).toBeNull();
  });

  it('should kill what never succeeds, though nothing is lost by it', () => {
    const id = 'job.sampling.asking|always|0:negate';
    expect(kill(id, 40)?.by).toEqual(['attempts']);
  });
});

describe('given scenarios', () => {
  it('should kill, by the first one that does, what campaigns seldom find', () => {
    const id = 'job.doubting.questioning|told.answered|1:negate';
    const killed = scenarioKiller('corpus', corpusHere()).kill(protocolNameOf(id));
    expect(killed?.text).toMatch(/^graceful-r1-any-line: lost-write/);
    expect(killed?.by).toContain('lost-write');
  });

  it('should kill neither the original nor anybody by what the original fails', () => {
    const all = new Map([...corpusHere(), ...scenariosByHand()]);
    expect(scenarioKiller('all', all).kill('graceful')).toBeNull();
    const proposal = 'kvrocks-pr3295';
    expect(scenarioKiller('all', all).kill(proposal)).not.toBeNull();
    expect(scenarioKiller('all', all, proposal).kill(proposal)).toBeNull();
    expect(scenarioKiller('all', new Map()).kill(proposal)).toBeNull();
  });

  it.each([
    ['crash-before-takeover', 'job.starting|xstate.after.0.server.job.starting|0:retarget'],
    ['restart-in-doubt', 'failover.starting|always|0:remove'],
    ['overlapping-writes', 'failover.pause_write:drop.entry.0'],
    ['there-and-back-twice', 'job.draining|drained|0:drop.0'],
    ['polled', 'job.waiting.polling:drop.entry.1'],
    ['barrier-answered-between', 'job|drained|0:remove'],
    ['restart-after-lost-call', 'job.intending|told.call-failed|0:retarget'],
    ['restart-after-lost-call', 'job.closing.choosing|always|0:negate'],
    ['broken-while-draining', 'job.draining|told.call-failed|0:remove'],
  ])('made by hand should kill what each was made for: %s', (name, id) => {
    const one = new Map([...scenariosByHand()].filter(([title]) => title === name));
    expect(one.size).toBe(1);
    expect(scenarioKiller('by hand', one).kill(protocolNameOf(id))?.text).toContain(`${name}: `);
  });

  it('made by hand should see attempts succeed', () => {
    for (const [name, scenario] of scenariosByHand()) {
      const { notes } = runResolved(scenario).record;
      const ended = notes.filter(({ subject }) => subject === 'failover').map(({ value }) => value);
      expect([name, ended.includes('success')]).toEqual([name, true]);
    }
  });
});

describe('a mutant that breaks a rule as a canary does', () => {
  const corpus = readCorpus(new URL('../corpus/', import.meta.url));

  it.each([
    ['graceful-r2-unread', 'verdict.weighing|always|2:remove', 18],
    ['graceful-r1-silence', 'job.asking|told.call-failed|1:remove', 43],
  ])('should be its equal, and be killed: %s', (canary, id, runs) => {
    const scenario = corpus.get(canary)!;
    const [one, other] = [canary, protocolNameOf(id)].map((protocol) => ({ protocol, knobs: {} }));
    const refuted = refutedIn(scenario, one!);
    expect(Object.keys(refuted)).not.toEqual([]);
    expect(refutedIn(scenario, other!)).toEqual(refuted);
    const [digest, same] = [one!, other!].map(
      (subject) => run(parseScenario(under(scenario, subject))).digest,
    );
    expect(same).toBe(digest);
    expect(fuzzKiller(within(runs)).kill(protocolNameOf(id))?.runs).toBe(runs);
  });
});

describe('killers', () => {
  const none = { name: 'none', kill: () => null };
  const wounded: Kill = { by: ['attempts'], runs: 3, text: 'seed 3: attempts' };

  it('should be asked in order, until one kills', () => {
    const asked: string[] = [];
    const killers = ['first', 'second', 'third'].map((name) => ({
      name,
      kill: (protocol: string) => {
        asked.push(`${name} ${protocol}`);
        return name === 'second' ? wounded : null;
      },
    }));
    const fate = killedBy('graceful:x', [none, ...killers]);
    expect(fate).toEqual({ end: 'killed', killer: 'second', ...wounded });
    expect(asked).toEqual(['first graceful:x', 'second graceful:x']);
    expect(killedBy('graceful:x', [none])).toEqual({ end: 'survived' });
  });

  it('should be told of a mutant by its id', () => {
    const budget = { fuzz: within(1, 'portfolio') };
    expect(killersOf(budget).map(({ name }) => name)).toEqual([
      'corpus',
      'by hand',
      'shortest paths',
      'fuzz',
    ]);
    expect(fateOf('failover command|served|1:remove', budget)).toMatchObject({
      end: 'killed',
      killer: 'corpus',
      by: ['attempts'],
    });
    expect(fateOf('verdict.idle:drop.entry.0', budget)).toEqual({ end: 'survived' });
    expect(() => fateOf('nothing', budget)).toThrow("there is no mutant 'nothing'");
  });
});

describe('a machine that there can not be', () => {
  const some = mutations().get('job.failing|always|0:retarget')!;

  it('should be refused by XState or the engine, and told why', () => {
    expect(refusalOf(some)).toBeNull();
    expect(refusalOf({ ...some, to: 'server.job.nowhere' })).toContain('nowhere');
  });
});
