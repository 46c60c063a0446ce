// From a checkpoint root to a proven storage slot. Nobody is believed on the way: a prover can only be silent.
//
//   node verify.mjs PROVER ROOT ADDRESS SLOT [CHAIN]
//
// PROVER: URL of any holdfast prover. ROOT: of a final beacon block of the last seven days, from somebody you trust.
// CHAIN: mainnet (if left out), sepolia, hoodi. In a page it is the same code, with an import map or a bundler.
import { beaconChain, LightClient, NotProven } from 'holdfast/verify';

const [prover, root, address, slot, chain = 'mainnet'] = process.argv.slice(2);
try {
  const client = await LightClient.begin({ chain: beaconChain(chain), provers: [prover], root });
  const block = await client.follow();
  console.log(`block ${block.number}, ${block.hash}, is final: two thirds of the sync committee signed it`);
  const proven = await client.slot(address, slot);
  console.log(`its state root is ${proven.stateRoot}`);
  console.log(`slot ${slot} of ${address} is ${proven.value}`);
  console.log(`${client.state.length} bytes of state would let us go on from here`);
} catch (error) {
  if (!(error instanceof NotProven)) throw error;
  console.error(`nothing is proven: ${error.message}`);
  process.exitCode = 1;
}
