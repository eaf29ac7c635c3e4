/**
 * Folding into the digest, which happens at every event of every run, against the cheapest other
 * way to look at every field of an event: writing it as JSON (to be hashed afterwards).
 */
import { bench, do_not_optimize, group, summary } from 'mitata';
import { createDigest, foldInteger, foldPlain, foldText } from '../runtime/digest.js';

const event = {
  type: 'message.append',
  connection: 12,
  message: {
    type: 'append',
    from: 1234,
    batch: { count: 2, operation: 77, writes: [{ kind: 'put', key: 'k12', value: 'v77' }] },
  },
};

/** Registers the benchmarks. */
export default function suite(): void {
  group('fold', () => {
    bench('an integer of 32 bits', function* () {
      const digest = createDigest();
      let value = 0;
      yield () => foldInteger(digest, value++);
    });
    bench('an integer of 53 bits', function* () {
      const digest = createDigest();
      let value = 2 ** 40;
      yield () => foldInteger(digest, value++);
    });
    bench('a text of 14 characters', function* () {
      const digest = createDigest();
      yield () => foldText(digest, event.type);
    });
  });
  group('every field of a replicated write', () => {
    summary(() => {
      bench('foldPlain', function* () {
        const digest = createDigest();
        yield () => foldPlain(digest, event);
      });
      bench('JSON.stringify', () => do_not_optimize(JSON.stringify(event)));
    });
  });
}
