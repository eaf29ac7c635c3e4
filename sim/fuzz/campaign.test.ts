/** Campaigns with real workers. Needs the build: `npm test` builds first. */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Campaign, type CampaignPlan, runCampaign } from './campaign.js';
import { Workers } from './workers.js';

const file = fileURLToPath(new URL('../../dist/sim/fuzz/worker.js', import.meta.url));
const never = new AbortController().signal;

const proposal: CampaignPlan = {
  subject: { protocol: 'kvrocks-pr3295', knobs: {} },
  seed: 1,
  runs: 130,
  until: Number.POSITIVE_INFINITY,
  strategy: 'guided',
};

interface Around {
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly progress?: (runs: number) => void;
}

async function campaign(
  plan: CampaignPlan,
  { count, signal = never, progress = () => {} }: Around,
): Promise<Campaign> {
  const workers = new Workers(count, file);
  try {
    return await runCampaign(plan, {
      workers,
      count,
      signal,
      progress: ({ runs }) => progress(runs),
    });
  } finally {
    await workers.end();
  }
}

/** The process of some worker. Node lists what it waits for, without saying so in its types. */
function workerPid(): number {
  const { _getActiveHandles: handles } = process as unknown as {
    _getActiveHandles: () => Partial<ChildProcess>[];
  };
  const worker = handles.call(process).find(({ spawnargs }) => spawnargs?.includes(file));
  return worker?.pid ?? 0;
}

const plain = ({ tally, generations, end }: Campaign) => ({
  end,
  findings: tally.findings,
  runs: generations.runs,
  reached: [...generations.reached].sort((one, other) => one - other),
  events: tally.events,
});

describe('a campaign', () => {
  it('should find the same with one worker and with three, mutants and all', async () => {
    const [one, three] = [
      await campaign(proposal, { count: 1 }),
      await campaign(proposal, { count: 3 }),
    ];
    expect(plain(one)).toEqual(plain(three));
    expect(one.end).toBe('runs');
    expect(one.generations.runs).toBe(130);
    expect(one.tally.counting.length).toBeGreaterThan(2);
    // Every kind of fault bites, and failovers complete with writes in flight.
    const { bites, completed, aborted, writesInFlight } = one.tally;
    expect(Object.entries(bites).filter(([, count]) => count === 0)).toEqual([]);
    expect(Math.min(completed, aborted, writesInFlight)).toBeGreaterThan(20);
  }, 120_000);

  it('should end with the first finding that counts, the same one each time', async () => {
    const until = { ...proposal, until: 1 };
    const [one, two] = [await campaign(until, { count: 1 }), await campaign(until, { count: 2 })];
    expect(plain(one)).toEqual(plain(two));
    expect([one.end, one.tally.counting.length]).toEqual(['found', 1]);
  });

  it('should end when it is told to, with what it has', async () => {
    const controller = new AbortController();
    const progress = (runs: number) => {
      if (runs >= 20) controller.abort();
    };
    const { end, generations, tally } = await campaign(
      { ...proposal, runs: Number.POSITIVE_INFINITY },
      { count: 2, signal: controller.signal, progress },
    );
    expect(end).toBe('stopped');
    expect(generations.runs).toBeGreaterThanOrEqual(20);
    expect(tally.runs).toBe(generations.runs);
  });

  it('should lose no finding to a worker that is killed, and say what was not run', async () => {
    let killed = 0;
    const progress = (runs: number) => {
      if (killed > 0 || runs < 60) return;
      killed = workerPid();
      process.kill(killed, 'SIGKILL');
    };
    const { end, death, tally, generations } = await campaign(proposal, { count: 2, progress });
    expect(killed).toBeGreaterThan(0);
    expect(end).toBe('a worker died');
    expect(death?.why).toBe('a worker died of SIGKILL');
    expect(death?.missing).toBe(generations.runs);
    expect(tally.runs).toBeGreaterThanOrEqual(generations.runs);
    expect(tally.counting.length).toBeGreaterThan(0);
  });
});

describe('the runs of a campaign', () => {
  it('should have the same digests in another process', async () => {
    const tasks = [3, 17, 121, 122, 123, 124, 125, 126, 127, 128].map((seed, index) => ({
      index,
      recipe: { draw: 'swarm' as const, seed, mutations: [seed + 900] },
    }));
    const graceful = { protocol: 'graceful', knobs: {} };
    const digests = [];
    for (let process = 0; process < 2; process++) {
      const workers = new Workers(1, file);
      const outcomes = await workers.make(graceful, tasks);
      digests.push(outcomes.map(({ digest, defect }) => [digest, defect]));
      await workers.end();
    }
    expect(digests[0]).toEqual(digests[1]);
    expect(new Set(digests[0]!.map(([digest]) => digest)).size).toBe(10);
  });
});
