import { describe, expect, it } from 'vitest';
import { renderHead, renderStory } from './render.js';
import { type Story, storyOf } from './story.js';
import { mishap } from './test-runs.js';

const story = storyOf(mishap('the answer is lost'), 'liveness');
const plain = { width: 80, colours: false };

describe('a story as text', () => {
  it.each([60, 80, 100])('should be no wider than a page of %i columns, and short', (width) => {
    const page = { width, colours: false };
    const lines = [
      ...renderHead(story, false, ['in 3 of 100 runs'], page),
      ...renderStory(story, page),
    ];
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    if (width >= 80) expect(lines.length).toBeLessThanOrEqual(30);
  });

  it('should begin with what fails, whether that is claimed, and what was met', () => {
    const [head, about] = renderHead(story, true, ['in 3 of 100 runs'], plain);
    expect(head).toBe('liveness: several masters  claimed');
    expect(about).toBe('  in 3 of 100 runs; met: takeover-reply lost in switching');
  });

  it('should say where nothing near passes, and where only another answer does', () => {
    const text = (changed: Partial<Story>) =>
      renderStory({ ...story, ...changed }, plain).join('\n');
    expect(text({ neighbour: null })).toContain('  passes   nothing near it: no fault, command');
    const other = { ...story.neighbour!, kind: 'decision', words: 'with answer 0' } as const;
    expect(text({ neighbour: other })).toContain('  passes   nothing smaller; with answer 0');
  });

  it('should show the evidence in its place in the timeline, and count what is left out', () => {
    const evidence = [1, 2, 3, 4].map((at) => ({ at, node: 'n1', text: `seen ${at}` }));
    const { timeline } = story;
    const text = renderStory({ ...story, evidence, timeline: { ...timeline, leftOut: 0 } }, plain);
    expect(text.filter((line) => /seen \d/.test(line))).toHaveLength(3);
    expect(text).toContain('  and 1 line more');
    const [first] = text.filter((line) => / s {2}n1 /.test(line));
    expect(first).toContain('seen 1');
  });

  it('should refuse to tell of a checker that is content', () => {
    expect(() => storyOf(mishap('the answer is lost'), 'single-writer')).toThrow('does not fail');
  });
});
