/** An order of somebody who read the board's status before the board restarted. */
import { linkAndSettle } from '../../../tools/board/linkAndSettle.js';
import { openBoard, verifiedStatus } from '../../../tools/board/openBoard.js';
import type { Surroundings } from '../../../tools/cli/command.js';
import { Settings } from '../../../tools/settings/settings.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { startDesk } from '../device/desk.js';

testWithChain(
  'an order with the challenge of a boot before runs, since a second one proves now; with the challenge of now it is alone',
  async t => {
    await startDesk(t, '--level', '1');
    const notes: string[] = [];
    const asking: Surroundings = {
      environment: {},
      json: true,
      emit: () => {},
      note: line => notes.push(line),
      signal: new AbortController().signal,
      warn: line => notes.push(line),
    };
    const settings = new Settings({});
    const contracts = await settings.chainAs(asking, 'operator');
    const board = await openBoard(settings, contracts, asking, { sends: true });
    t.teardown(() => board.close());
    const order = async (on: boolean, challenge?: Uint8Array) => {
      const status = await verifiedStatus(board);
      const { ok, sequence } = await linkAndSettle(asking, {
        ...{ settings, contracts, board, action: 'relay.set', params: { on }, life: 3600 },
        status: challenge ? { ...status, challenge } : status,
        flags: { wait: 240, 'no-mine': false },
      });
      return [ok, sequence];
    };
    const proofs = () => notes.filter(line => line.includes('(holdfast.now)')).length;

    t.deepEqual(await order(true, new Uint8Array(32).fill(7)), [true, 1]);
    t.is(proofs(), 1, notes.join('\n'));
    t.deepEqual(await order(false), [true, 3], 'the proof of now was number 2');
    t.is(proofs(), 1);
  },
);
