/**
 * A decision against a draw from pure-rand's xoroshiro128plus, the generator that a simulator with
 * one random stream would use. The keyed generator has no state; this is what that costs.
 */
import { bench, do_not_optimize, group, summary } from 'mitata';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { keyed, label } from '../runtime/keyed.js';

/** Registers the benchmarks. */
export default function suite(): void {
  group('one of 1000', () => {
    summary(() => {
      bench('keyed, label known', function* () {
        const labels = Array.from({ length: 1024 }, (_, subject) => label(2, 257, subject, 0));
        let turn = 0;
        yield () => do_not_optimize(keyed(42, labels[turn++ % 1024]!, 1000));
      });
      bench('keyed, with its label', function* () {
        let subject = 0;
        yield () => do_not_optimize(keyed(42, label(2, 257, subject++, 0), 1000));
      });
      bench('pure-rand uniformInt', function* () {
        const generator = xoroshiro128plus(42);
        yield () => do_not_optimize(uniformInt(generator, 0, 999));
      });
      bench('pure-rand next, 32 bits', function* () {
        const generator = xoroshiro128plus(42);
        yield () => do_not_optimize(generator.next());
      });
    });
  });
}
