/** Tests that need a chain: skipped, loudly, where anvil has no package; failed instead where tools are required. */
import test, { type ExecutionContext } from 'ava';
import { anvilBinary } from '../../../host-sim/chain/binary.js';

export function testWithChain(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  try {
    anvilBinary();
  } catch (error) {
    if (!process.env.HOLDFAST_REQUIRE_TOOLS) {
      test(`SKIPPED, NO CHAIN: ${title}`, t => {
        t.log((error as Error).message);
        t.pass();
      });
      return;
    }
  }
  test(title, run);
}
