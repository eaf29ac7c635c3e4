/** The cases as a table: what holds of each under which protocol. */
import { underGraceful } from './differences.js';
import type { ProposalCase } from './proposal-case.js';

/** A line on each case for people: number and title, then what holds for each protocol. */
export interface CaseRow {
  readonly name: string;
  readonly id: string;
  readonly title: string;
  readonly proposal: string;
  readonly graceful: string;
}

/** What is to be said of a case. */
export function rowOf(one: ProposalCase): CaseRow {
  const { scenario, id, title, race } = one;
  const standing = underGraceful(one);
  const graceful =
    standing.kind === 'same'
      ? 'holds'
      : `${standing.expectation} (${standing.safeguards.map((name) => `\`${name}\``).join(', ')})`;
  const proposal = race === undefined ? 'holds' : `holds, unless ${race.lostWhen}`;
  return { name: scenario.name, id, title, proposal, graceful };
}

/** The rows of a table in Markdown, without its head. */
export function markdownRows(cases: readonly ProposalCase[]): string {
  return cases
    .map(rowOf)
    .map(({ name, id, title, proposal, graceful }) =>
      ['', `\`${name}\``, id, title, proposal, graceful, ''].join(' | ').trim(),
    )
    .join('\n');
}
