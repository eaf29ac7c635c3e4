/** Executable content and expressions of SCXML documents, as actions and functions of XState. */
import { assign, cancel, enqueueActions, raise } from 'xstate';
import {
  attributeOf,
  childrenOf,
  type Element,
  type Loose,
  Unsupported,
} from './test-scxml-element.js';

/** A function of a machine. */
type Expression = (args: { context: Loose; event: Loose }) => Loose;

const processors = [null, 'scxml', 'http://www.w3.org/TR/scxml/#SCXMLEventProcessor'];

/** What SCXML keeps beside the data, and XState does not. */
const system =
  /\b(_ioprocessors|_x|In|in _event|_event\.(?:sendid|origin|origintype|invokeid|type|raw))\b/;
const constants = { _sessionid: 'session', _name: 'name' };

export class Content {
  readonly #names: readonly string[];
  #sends = 0;

  constructor(data: readonly Element[]) {
    this.#names = data.map((one) => attributeOf(one, 'id') as string);
    if (data.some((one) => attributeOf(one, 'src') !== null)) throw new Unsupported('data by src');
  }

  initialData(data: readonly Element[]): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const one of data) {
      const expr = attributeOf(one, 'expr');
      const text = one.textContent.trim();
      const id = attributeOf(one, 'id') as string;
      if (expr !== null) values[id] = this.expression(expr)({ context: values, event: undefined });
      else values[id] = text === '' ? undefined : parsed(text);
      if (typeof values[id] === 'function') throw new Unsupported('a function as data');
    }
    return values;
  }

  /** @throws Unsupported when it is none, or needs what XState does not keep */
  expression(expr: string): Expression {
    return this.#function(`return (${expr});`);
  }

  /** What an event carries: params, names of data, or content. */
  data(element: Element): Expression {
    const [content] = childrenOf(element, 'content');
    if (content !== undefined) {
      const expr = attributeOf(content, 'expr');
      if (expr !== null) return this.expression(expr);
      if ([...content.children].length > 0) throw new Unsupported('XML as data');
      return () => parsed(content.textContent.trim());
    }
    const names = (attributeOf(element, 'namelist') ?? '')
      .split(/\s+/)
      .filter((name) => name !== '');
    const undeclared = names.find((name) => !this.#names.includes(name));
    if (undeclared !== undefined) throw new Unsupported(`a location '${undeclared}'`);
    const params = childrenOf(element, 'param').map((param) => {
      const expr = attributeOf(param, 'expr') ?? attributeOf(param, 'location') ?? '';
      return [attributeOf(param, 'name') as string, this.expression(expr)] as const;
    });
    const all = [...names.map((name) => [name, this.expression(name)] as const), ...params];
    return (args) => Object.fromEntries(all.map(([name, value]) => [name, value(args)]));
  }

  actions(block: Element): Loose[] {
    return [...block.children].map((element) => this.#action(element));
  }

  #action(element: Element): Loose {
    const attribute = (name: string) => attributeOf(element, name);
    switch (element.tagName) {
      case 'raise':
        return raise({ type: attribute('event') } as Loose);
      case 'log':
        return this.#log(attribute('label') ?? '', attribute('expr') ?? "''");
      case 'assign':
        return this.#assign(attribute('location') ?? '', attribute('expr') ?? element.textContent);
      case 'script':
        if (attribute('src') !== null) throw new Unsupported('script by src');
        return this.#script(element.textContent);
      case 'send':
        return this.#send(element);
      case 'cancel':
        return cancel(attribute('sendid') ?? this.expression(attribute('sendidexpr') ?? ''));
      case 'if':
        return this.#if(element);
      case 'foreach':
        return this.#foreach(element);
      default:
        throw new Unsupported(element.tagName);
    }
  }

  #log(subject: string, expr: string): Loose {
    const value = this.expression(expr);
    return { type: 'note', params: (args: Loose) => ({ subject, value: String(value(args)) }) };
  }

  #assign(location: string, expr: string): Loose {
    if (!this.#names.includes(location)) throw new Unsupported(`a location '${location.trim()}'`);
    return assign({ [location]: this.expression(expr) });
  }

  /** What it leaves in the data. */
  #script(text: string): Loose {
    return assign(this.#function(`${text}; return { ${this.#names.join(', ')} };`));
  }

  #send(element: Element): Loose {
    for (const name of ['idlocation', 'targetexpr', 'typeexpr']) {
      if (attributeOf(element, name) !== null) throw new Unsupported(`send with ${name}`);
    }
    if (!processors.includes(attributeOf(element, 'type'))) {
      throw new Unsupported('another event processor');
    }
    const target = attributeOf(element, 'target');
    if (target !== null && target !== '#_internal') throw new Unsupported(`a send to ${target}`);
    const type = this.expression(
      attributeOf(element, 'eventexpr') ?? JSON.stringify(attributeOf(element, 'event')),
    );
    const delay = this.expression(
      attributeOf(element, 'delayexpr') ?? JSON.stringify(attributeOf(element, 'delay') ?? '0s'),
    );
    const data = this.data(element);
    const event = (args: Loose) => ({ type: type(args), data: data(args) });
    if (target === '#_internal') return raise(event as Loose);
    return raise(event as Loose, {
      id: attributeOf(element, 'id') ?? `send.${this.#sends++}`,
      delay: ((args: Loose) => milliseconds(delay(args))) as Loose,
    });
  }

  #if(element: Element): Loose {
    const begin = (of: Element) => {
      const expr = attributeOf(of, 'cond') ?? 'true';
      return { passes: this.expression(expr), actions: [] as Loose[] };
    };
    const branches = [begin(element)];
    for (const child of element.children) {
      if (child.tagName === 'else' || child.tagName === 'elseif') branches.push(begin(child));
      else branches.at(-1)!.actions.push(this.#action(child));
    }
    return enqueueActions(({ context, event, enqueue }: Loose) => {
      const taken = branches.find(({ passes }) => passes({ context, event }));
      for (const action of taken?.actions ?? []) enqueue(action);
    });
  }

  #foreach(element: Element): Loose {
    const item = attributeOf(element, 'item') ?? '';
    const index = attributeOf(element, 'index');
    for (const name of index === null ? [item] : [item, index]) {
      if (!this.#names.includes(name)) throw new Unsupported(`a location '${name}'`);
    }
    const array = this.expression(attributeOf(element, 'array') ?? '');
    const actions = this.actions(element);
    return enqueueActions(({ context, event, enqueue }: Loose) => {
      for (const [at, value] of [...array({ context, event })].entries()) {
        enqueue.assign({ [item]: value, ...(index !== null && { [index]: at }) });
        for (const action of actions) enqueue(action);
      }
    });
  }

  #function(body: string): Expression {
    const kept = system.exec(body);
    if (kept !== null) throw new Unsupported(`${kept[1]} in an expression`);
    let made: (...scope: Loose[]) => Loose;
    try {
      made = new Function(...this.#names, ...Object.keys(constants), '_event', body) as typeof made;
    } catch {
      throw new Unsupported('an expression that is none');
    }
    return ({ context, event }) => {
      const data = this.#names.map((name) => context[name]);
      return made(...data, ...Object.values(constants), eventOf(event));
    };
  }
}

/** XState's event as SCXML's `_event`. */
function eventOf(event: Loose): Loose {
  if (event === undefined || event.type === 'xstate.init') return undefined;
  return { name: event.type.replace(/^xstate\./, ''), data: event.output ?? event.data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.replace(/\s+/g, ' ');
  }
}

function milliseconds(delay: string): number {
  const [, amount, unit] = /^([\d.]+)(ms|s)$/.exec(delay) ?? [];
  return Number(amount) * (unit === 's' ? 1000 : 1);
}
