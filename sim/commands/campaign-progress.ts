/** How far a campaign is: a line that changes on a terminal, else a line every few seconds. */
import type { Generations } from '../fuzz/generations.js';
import type { ShrinkProgress } from '../fuzz/shrink.js';
import type { Tally } from '../fuzz/tally.js';
import { hours } from '../report/campaign.js';
import { thousands } from '../report/words.js';

const everyMs = { terminal: 200, other: 5000 };

export class CampaignProgress {
  private readonly begun = Date.now();
  private readonly isTerminal = process.stderr.isTTY === true;
  private shownAt = this.isTerminal ? 0 : Date.now();
  private isShown = false;
  /** Runs at most, and milliseconds; Infinity where there is no bound. */
  private readonly runs: number;
  private readonly lastsMs: number;

  constructor(runs: number, lastsMs: number) {
    this.runs = runs;
    this.lastsMs = lastsMs;
  }

  campaign(tally: Tally, generations: Generations): void {
    if (!this.isDue()) return;
    const passed = Date.now() - this.begun;
    const { runs, virtualUs, counting, findings } = tally;
    const outside = findings.length - counting.length;
    const found = counting.map((one) => `${one.checker} ${one.runs}`);
    this.show(
      [
        Number.isFinite(this.runs) ? `${runs} of ${this.runs} runs` : `${runs} runs`,
        `${((runs / passed) * 1000).toFixed(0)}/s`,
        `${hours(virtualUs)} simulated`,
        found.length === 0 ? 'nothing found' : `violations: ${found.join(', ')}`,
        ...(outside > 0 ? [`${outside} kinds outside claims`] : []),
        `${thousands(generations.reached.size)} reached`,
        this.left(runs, passed),
      ].join(', '),
    );
  }

  shrinking(done: number, of: number, at: ShrinkProgress | undefined): void {
    if (!this.isDue()) return;
    const what = at === undefined ? '' : `: ${at.pass}, ${at.left} left, ${at.runs} runs`;
    this.show(`shrinking finding ${Math.min(done + 1, of)} of ${of}${what}`);
  }

  /** Clears the line. */
  end(): void {
    if (this.isShown && this.isTerminal) process.stderr.write('\r\u001b[K');
    this.isShown = false;
  }

  private left(runs: number, passedMs: number): string {
    const byRuns = runs === 0 ? Number.POSITIVE_INFINITY : (passedMs / runs) * (this.runs - runs);
    const ms = Math.min(byRuns, this.lastsMs - passedMs);
    return Number.isFinite(ms) ? `${Math.max(0, Math.ceil(ms / 1000))} s left` : 'no end';
  }

  private isDue(): boolean {
    const now = Date.now();
    if (now - this.shownAt < (this.isTerminal ? everyMs.terminal : everyMs.other)) return false;
    this.shownAt = now;
    return true;
  }

  private show(text: string): void {
    this.isShown = true;
    const columns = process.stderr.columns ?? 80;
    if (this.isTerminal) process.stderr.write(`\r\u001b[K${text.slice(0, columns - 1)}`);
    else process.stderr.write(`${text}\n`);
  }
}
