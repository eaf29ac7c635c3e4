/**
 * A second reader and judge of histories without a header, for tests: written from the documentation
 * alone, as plainly as can be, and with nothing of the first one in it. Histories must be small: it
 * tries every order.
 */

/** `refused` where the lines are no history. */
export type Judgement = 'refused' | 'valid' | 'invalid';

interface Operation {
  readonly process: string;
  readonly f: string;
  readonly key: string;
  readonly began: number;
  value: unknown;
  ended: number;
  outcome: 'ok' | 'fail' | 'info';
}

class Refusal extends Error {}

const expect = (condition: boolean) => {
  if (!condition) throw new Refusal();
};

/** @param model register, append or cas-register */
export function plainJudgement(bytes: Buffer, model: string): Judgement {
  try {
    const operations = operationsOf(bytes, model);
    const keys = [...new Set(operations.map(({ key }) => key))];
    return keys.every((key) => isLinearizable(operations.filter((one) => one.key === key)))
      ? 'valid'
      : 'invalid';
  } catch (error) {
    if (error instanceof Refusal) return 'refused';
    throw error;
  }
}

function operationsOf(bytes: Buffer, model: string): Operation[] {
  const text = bytes.toString('utf8');
  expect(Buffer.from(text).equals(bytes));
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const operations: Operation[] = [];
  const open = new Map<string, Operation>();
  let timed: boolean | undefined;
  let keyed: boolean | undefined;
  let latest = 0;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = parsed(line.replace(/\r$/, ''));
    expect(at > 0 || !Object.hasOwn(event, 'format'));
    if (event['process'] === 'nemesis') continue;
    const { process, type, f, key, value, time } = event;
    expect(isScalar(process) && process !== '');
    keyed ??= key !== undefined;
    expect(keyed ? isScalar(key) && key !== '' : key === undefined);
    expect(['invoke', 'ok', 'fail', 'info'].includes(type as string));
    const more: Record<string, string[]> = { append: ['append'], 'cas-register': ['cas'] };
    expect(['read', 'write', ...(more[model] ?? [])].includes(f as string));
    const items = isList(value) ? value : value === undefined ? [] : [value];
    expect(items.every((item) => item === null || isScalar(item)));
    timed ??= time !== undefined;
    expect(timed === (time !== undefined));
    const now = timed ? (time as number) : at + 1;
    expect(Number.isSafeInteger(now) && now >= latest);
    latest = now;
    apply(operations, open, { process, type, f, key, value } as Told, now);
  }
  expect(operations.length > 0);
  expectKinds(operations, model);
  return operations;
}

type Told = { process: unknown; type: string; f: string; key: unknown; value: unknown };

function apply(all: Operation[], open: Map<string, Operation>, told: Told, now: number): void {
  const { type, f, value } = told;
  const [process, key] = [String(told.process), String(told.key)];
  const own = open.get(process);
  if (type === 'invoke') {
    expect(own === undefined);
    if (f === 'write') expect(value === null || isScalar(value));
    if (f === 'append') expect(isElement(value));
    if (f === 'cas') expect(isList(value) && value.length === 2);
    const written = f === 'read' ? null : textsOf(value);
    const rest = { value: written, ended: Number.POSITIVE_INFINITY, outcome: 'info' as const };
    const operation = { process, f, key, began: now, ...rest };
    all.push(operation);
    open.set(process, operation);
    return;
  }
  expect(own !== undefined && own.f === f && own.key === key);
  open.delete(process);
  const operation = own!;
  operation.outcome = type as Operation['outcome'];
  if (type !== 'info') operation.ended = now;
  if (f !== 'read') {
    const isTheSame = JSON.stringify(textsOf(value)) === JSON.stringify(operation.value);
    expect(value === undefined || value === null || isTheSame);
  } else if (type === 'ok') {
    expect(value !== undefined);
    if (isList(value)) expect(value.every(isElement));
    operation.value = isList(value) ? value.map(String) : value === null ? null : String(value);
  }
}

/** Lists are read where something is appended, and only there, if it is known what a key holds. */
function expectKinds(operations: readonly Operation[], model: string): void {
  for (const { f, key, value, outcome } of operations) {
    if (f !== 'read' || outcome !== 'ok' || value === null) continue;
    if (model !== 'append') expect(!isList(value));
    const fs = operations.filter((one) => one.key === key).map((one) => one.f);
    if (fs.includes('append')) expect(isList(value));
    else if (fs.includes('write')) expect(!isList(value));
  }
}

function isLinearizable(operations: readonly Operation[]): boolean {
  const all = operations.filter(
    ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && f !== 'read'),
  );
  return someOrder(all, null);
}

/** The state is null, a text or a list. */
function someOrder(left: readonly Operation[], state: unknown): boolean {
  if (left.every(({ outcome }) => outcome === 'info')) return true;
  return left.some((next, at) => {
    const isTooLate = left.some((other, place) => {
      if (other.ended < next.began) return true;
      return other.process === next.process && other.ended === next.began && place < at;
    });
    if (isTooLate) return false;
    const after = stateAfter(next, state);
    return (
      after !== undefined &&
      someOrder(
        left.filter((other) => other !== next),
        after,
      )
    );
  });
}

/** Undefined where the operation can't have ended as it did. */
function stateAfter({ f, value }: Operation, state: unknown): unknown {
  if (f === 'write') return value;
  if (f === 'append') return [...listOf(state), value];
  if (f === 'read') return isSame(value, state) ? state : undefined;
  const [from, to] = value as unknown[];
  return isSame(from, state) ? to : undefined;
}

const listOf = (state: unknown) => (isList(state) ? state : state === null ? [] : [state]);

/** Whether what was read is what is there: no elements are nothing, one that was written is a list. */
function isSame(seen: unknown, state: unknown): boolean {
  const asSeen = isList(seen) || isList(state) ? listOf : (value: unknown) => value;
  return JSON.stringify(asSeen(seen)) === JSON.stringify(asSeen(state));
}

/** Strings and integers are texts. */
function textsOf(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return isList(value) ? value.map(textsOf) : String(value);
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isScalar = (value: unknown) => typeof value === 'string' || Number.isSafeInteger(value);
const isElement = isScalar;

function parsed(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Refusal();
  }
  expect(typeof value === 'object' && value !== null && !isList(value) && depth(value) <= 500);
  return value as Record<string, unknown>;
}

/** Levels of lists and objects, counted without climbing into them. */
function depth(value: unknown): number {
  let level: unknown[] = [value];
  for (let levels = 0; ; levels++) {
    level = level.filter((one) => typeof one === 'object' && one !== null);
    if (level.length === 0) return levels;
    level = level.flatMap((one) => Object.values(one as object));
  }
}
