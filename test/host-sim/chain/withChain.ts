/** Tests that need a chain: skipped, loudly, where anvil has no package; failed instead where tools are required. */
import test, { type ExecutionContext } from 'ava';
import { anvilBinary } from '../../../host-sim/chain/binary.js';

/** @param isSerial of a test that changes the folder of its process */
export function testWithChain(
  title: string,
  run: (t: ExecutionContext) => Promise<void>,
  { isSerial = false } = {},
): void {
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
  (isSerial ? test.serial : test)(title, run);
}
