/** An image that follows finality as the firmware does, from a prover over HTTP, and says where it came to. */
import { parseChain } from '../../../../firmware/beacon/chainWire.js';
import { fromHex } from '../../../../firmware/bytes/hex.js';
import { undetermined } from '../../../../firmware/bytes/verdict.js';
import type { Ports } from '../../../../firmware/port/ports.js';
import { HttpProver } from '../../../../firmware/trust/prover.js';
import { SyncCommitteeTrust } from '../../../../firmware/trust/syncCommittee.js';

interface Asked {
  url: string;
  /** Hexadecimal. */
  chain: string;
  root: string;
}

const nobody = async () => undetermined('level', 'none');

export function start({ bls, clock, console, crypto, network }: Ports): void {
  let stored: Uint8Array | undefined;

  async function follow({ chain, root, url }: Asked): Promise<string> {
    const parsed = parseChain(fromHex(chain) ?? new Uint8Array(0));
    if (parsed.verdict !== 'accepted' || !bls || !crypto) return 'not asked rightly';
    const prover = new HttpProver({ network, clock, url });
    const configuration = { chain: parsed.value, checkpointRoot: fromHex(root)!, maximumSleep: 604_800 };
    const trust = new SyncCommitteeTrust({
      context: { chain: parsed.value, crypto, bls },
      configuration,
      provers: [prover],
      clock,
      confirmation: { checkpoint: nobody, onOneChain: nobody },
      load: () => stored,
      save: record => {
        stored = record;
      },
      onBadAnswer: () => {},
    });
    const head = await trust.head();
    prover.close();
    return head.verdict === 'accepted' ? head.value.basis : head.evidence;
  }

  console.onRequest(async (method, parameters) =>
    method === 'follow' ? follow(parameters as Asked) : 'idle',
  );
}
