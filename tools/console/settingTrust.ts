/** Trust set at the console of a board that changed hands, with the signature of its proven new owner. */
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import {
  type Contracts,
  type DeviceFacts,
  domainOf,
  type Signer,
  typedData,
} from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Surroundings } from '../cli/command.js';
import { Failure, oneLine } from '../cli/failure.js';
import type { BoardConsole } from './boardConsole.js';
import type { MadeTrust } from './trustFile.js';

/** Milliseconds between two requests: a trial goes on from one to the next. */
const ASK_EVERY_MS = 2000;

export interface ConsoleTrustOptions {
  console: BoardConsole;
  contracts: Contracts;
  /** As the chain has it: owner and epoch. */
  facts: DeviceFacts;
  /** The owner. */
  signer: Signer;
  trust: MadeTrust;
  /** Seconds that the board may take to prove itself by the configuration. */
  waitSeconds: number;
}

/**
 * Asks until the board has adopted the configuration. False when it cannot prove now at its console: then its fleet's
 * threshold orders the trust instead.
 *
 * @throws Failure `board` when the board refuses for good, or not in time
 */
export async function setTrustAtConsole(
  { note, signal }: Pick<Surroundings, 'note' | 'signal'>,
  { console, contracts, facts, signer, trust, waitSeconds }: ConsoleTrustOptions,
): Promise<boolean> {
  const trustConfiguration = toHex(trust.hash);
  const message = { epoch: facts.epoch, trustConfiguration };
  const data = typedData(domainOf(contracts.chain.chainId, facts.address), 'SetTrust', message);
  const parameters = {
    configuration: toHex(trust.bytes),
    signatures: await signer.signTypedData(data),
  };
  const until = performance.now() + waitSeconds * 1000;
  for (;;) {
    try {
      const said = await console.request('trust', parameters);
      if (v.is(v.object({ trustConfiguration: v.literal(trustConfiguration) }), said)) return true;
      throw new Failure(
        'board',
        `The board adopted another configuration than ${trustConfiguration}: look at it.`,
      );
    } catch (error) {
      const why = oneLine((error as Error).message);
      if (/\bnot_now: /.test(why)) return false;
      if (!why.includes('ask again') || performance.now() > until || signal.aborted) {
        throw new Failure('board', `The board does not take the trust at its console: ${why}`, {
          cause: error,
        });
      }
      note(`The board is not ready yet: ${why}`);
      await setTimeout(ASK_EVERY_MS, undefined, { signal });
    }
  }
}
