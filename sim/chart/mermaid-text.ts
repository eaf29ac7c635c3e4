/** Words and names as a Mermaid state diagram takes them. */

/**
 * Text for a label. Whatever might mean something to Mermaid, to Markdown or to HTML becomes an
 * entity, as `#58;` for a colon; lines end in a break.
 */
export function labelText(lines: readonly string[]): string {
  return lines.map(escaped).join('<br>');
}

const entity = (letter: string) => `#${letter.codePointAt(0)};`;

function escaped(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,/()[\]*?!=+_'-]/gu, entity)
    .replaceAll('--', `-${entity('-')}`);
}

/**
 * Names for states, each given only once: the keys on the way from the root, with what Mermaid can't
 * read replaced. An underscore keeps a name apart from Mermaid's own words. Of a state `a` Mermaid
 * calls the initial point `a_start` and the final one `a_end`, so no name ends like this.
 */
export class Aliases {
  readonly #byPath = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(path: readonly string[]): string {
    const key = JSON.stringify(path);
    const known = this.#byPath.get(key);
    if (known !== undefined) return known;
    const words = path.map((part) => part.replaceAll(/\W/g, '_')).join('__');
    const wanted = /_(start|end)$/.test(words) || !words.includes('_') ? `${words}_` : words;
    let alias = wanted;
    for (let nth = 2; this.#taken.has(alias); nth++) alias = `${wanted}_${nth}`;
    this.#taken.add(alias);
    this.#byPath.set(key, alias);
    return alias;
  }
}
