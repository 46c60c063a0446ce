/** The office of a production line: the chain on which its boards are registered, and the words that its commands share. */
import type { ExecutionContext } from 'ava';
import { connect } from '../../../contracts/client/index.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { mineUntilFinal } from '../../../host-sim/node/chain/time.js';
import { hardwareName } from '../../../tools/demo/images.js';
import { document, inProcess } from '../support.js';

/** A chain with fleet and channel of one account, and the words and the environment of its line. */
export async function startOffice(t: ExecutionContext) {
  const chain = await startChain({ flags: [] });
  t.teardown(() => chain.close());
  const { address, privateKey } = chain.accounts[0];
  const environment = { HOLDFAST_KEY: privateKey };
  const rpc = ['--rpc', chain.url];
  const run = async (words: string[]) => {
    const ran = await inProcess([...words, ...rpc, '--json'], environment);
    t.is(ran.status, 0, `${words.join(' ')}: ${ran.stdout}`);
    return document(t, ran);
  };
  await run(['deploy']);
  const { fleet } = await run([
    ...['fleet', 'create', '--threshold', '2', '--signers', address],
    ...['--signers', chain.accounts[1].address],
  ]);
  const { channel } = await run([
    ...['channel', 'create', '--hardware', hardwareName],
    ...['--release-key', address, '--threshold', '1'],
  ]);
  // The board asks a final block what time it is.
  await mineUntilFinal(chain.url, 20);
  const words = [
    ...['provision', ...rpc, '--owner', address, '--fleet', fleet, '--channel', channel],
    ...['--broker', 'mqtt://127.0.0.1:1', '--images', 'http://127.0.0.1:1', '--level', '1', '--json'],
  ];
  return {
    chain,
    environment,
    words,
    registrations: async () => (await connect({ rpc: chain.url })).factory.registrations(),
  };
}
