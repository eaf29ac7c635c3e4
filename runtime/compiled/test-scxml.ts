/**
 * SCXML documents as XState machines, as far as XState has a word for what they say. Sends become
 * timers of no delay or more, logs become notes, prefix matching becomes `a.*`.
 */
import { DOMParser } from 'linkedom';
import { type AnyStateMachine, createMachine, not, stateIn } from 'xstate';
import { Content } from './test-scxml-content.js';
import {
  allOf,
  attributeOf,
  childrenOf,
  type Element,
  type Loose,
  Unsupported,
} from './test-scxml-element.js';

/** Ids without the dots, which mean paths in XState. */
export const withoutDots = (id: string) => id.replaceAll('.', '_');

/** @throws Unsupported naming what cannot be said */
export function machineFromScxml(text: string): AnyStateMachine {
  const withoutPrefixes = text.replace(/(<\/?)\w+:/g, '$1');
  const xml = new DOMParser().parseFromString(withoutPrefixes, 'text/xml');
  const root = xml.documentElement as unknown as Element;
  if (root.getAttribute('binding') === 'late') throw new Unsupported('late binding');
  const data = allOf(root, 'data');
  const content = new Content(data);
  const config = new Converter(content).state(root, 'scxml');
  const initialData = content.initialData(data);
  return createMachine({ ...config, context: () => structuredClone(initialData) } as Loose);
}

const stateTags = ['state', 'parallel', 'final', 'history'];

class Converter {
  readonly #content: Content;
  #unnamed = 0;
  readonly #ids: Map<Element, string> = new Map();

  constructor(content: Content) {
    this.#content = content;
  }

  state(element: Element, id: string): Loose {
    if (element.tagName === 'history') return this.#history(element, id);
    if (childrenOf(element, 'invoke').length > 0) throw new Unsupported('invoke');
    if (childrenOf(element, 'script').length > 0) throw new Unsupported('a script at the start');
    const blocks = (name: string) =>
      childrenOf(element, name).flatMap((block) => this.#content.actions(block));
    const children = childrenOf(element, ...stateTags);
    const states = Object.fromEntries(
      children.map((child) => [this.#id(child), this.state(child, this.#id(child))]),
    );
    return {
      id,
      ...(children.length > 0 && { states }),
      ...(element.tagName === 'parallel' && { type: 'parallel' }),
      ...(element.tagName === 'final' && { type: 'final', ...this.#output(element) }),
      ...(children.length > 0 &&
        element.tagName !== 'parallel' &&
        this.#initial(element, children)),
      entry: blocks('onentry'),
      exit: blocks('onexit'),
      ...this.#transitions(element),
    };
  }

  #id(element: Element): string {
    let id = this.#ids.get(element);
    if (id === undefined) {
      id = withoutDots(element.getAttribute('id') ?? `unnamed${this.#unnamed++}`);
      this.#ids.set(element, id);
    }
    return id;
  }

  #initial(element: Element, children: Element[]): Loose {
    const [transition] = childrenOf(element, 'initial').flatMap((initial) =>
      childrenOf(initial, 'transition'),
    );
    const written = element.getAttribute('initial') ?? transition?.getAttribute('target');
    const first = children.find(({ tagName }) => tagName !== 'history') as Element;
    const target = written == null ? this.#id(first) : withoutDots(written.trim());
    if (!children.some((child) => this.#id(child) === target)) {
      throw new Unsupported('an initial state that is no child, or several');
    }
    const actions = transition === undefined ? [] : this.#content.actions(transition);
    return { initial: { target, actions } };
  }

  #history(element: Element, id: string): Loose {
    const [transition] = childrenOf(element, 'transition');
    if (transition !== undefined && [...transition.children].length > 0) {
      throw new Unsupported("actions of a history state's transition");
    }
    const target = transition?.getAttribute('target');
    return {
      id,
      type: 'history',
      history: element.getAttribute('type') ?? 'shallow',
      ...(target != null && { target: targetsOf(target) }),
    };
  }

  #transitions(source: Element): Loose {
    const on: Record<string, Loose[]> = {};
    const always: Loose[] = [];
    for (const element of childrenOf(source, 'transition')) {
      const transition = this.#transition(element, source);
      const events = element.getAttribute('event');
      if (events === null) always.push(transition);
      else
        for (const name of events.trim().split(/\s+/)) {
          on[descriptorOf(name)] = [...(on[descriptorOf(name)] ?? []), transition];
        }
    }
    return { on, ...(always.length > 0 && { always }) };
  }

  #transition(element: Element, source: Element): Loose {
    const target = element.getAttribute('target');
    const cond = attributeOf(element, 'cond');
    return {
      ...(target !== null && {
        target: targetsOf(target),
        reenter: !this.#isInternal(element, source, target),
      }),
      ...(cond !== null && { guard: this.#guard(cond) }),
      actions: this.#content.actions(element),
    };
  }

  /** Only where a state with children has all targets within does SCXML heed the type. */
  #isInternal(element: Element, source: Element, target: string): boolean {
    if (element.getAttribute('type') !== 'internal' || source.tagName !== 'state') return false;
    const within = stateTags
      .flatMap((tag) => allOf(source, tag))
      .map((one) => one.getAttribute('id'));
    return target
      .trim()
      .split(/\s+/)
      .every((id) => within.includes(id));
  }

  /** `In` is for XState a guard of its own, which cannot be part of an expression. */
  #guard(cond: string): Loose {
    const within = /^\s*(!?)\s*In\(['"]([^'"]+)['"]\)\s*$/.exec(cond);
    if (within === null) return this.#content.expression(cond);
    const guard = stateIn(`#${withoutDots(within[2]!)}`);
    return within[1] === '!' ? not(guard as Loose) : guard;
  }

  #output(element: Element): Loose {
    const [donedata] = childrenOf(element, 'donedata');
    if (donedata === undefined) return {};
    return { output: this.#content.data(donedata) };
  }
}

function targetsOf(target: string): string[] {
  return target
    .trim()
    .split(/\s+/)
    .map((id) => `#${withoutDots(id)}`);
}

/** SCXML takes every descriptor for a prefix. */
function descriptorOf(name: string): string {
  if (name.startsWith('done.invoke') || name.startsWith('error')) {
    throw new Unsupported(`the event ${name}`);
  }
  if (name.startsWith('done.state.'))
    return `xstate.${name.slice(0, 11)}${withoutDots(name.slice(11))}`;
  const prefix = name.replace(/\.?\*?$/, '');
  return prefix === '' ? '*' : `${prefix}.*`;
}
