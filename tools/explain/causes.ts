/** The causes of an undetermined verdict: a board could not learn enough, and says nothing about the claim. */

import type { UpdateCause as FinalityCause } from '../../firmware/beacon/checks.js';
import type { TrustCause } from '../../firmware/bytes/verdict.js';
import type { CommandCause } from '../../firmware/command/answer.js';
import type { HttpOutcome } from '../../firmware/rpc/exchange.js';
import type { UpdateCause } from '../../firmware/update/decide.js';
import type { Table } from './explanation.js';

type HttpCause = Extract<HttpOutcome, { verdict: 'undetermined' }>['cause'];

export type Cause = CommandCause | FinalityCause | HttpCause | TrustCause | UpdateCause;

const wait = 'Wait: the board goes on by itself and tries again.';

export const causes: Table<Cause> = {
  unreachable: {
    meaning: 'No endpoint or prover answered in time.',
    likely: 'No network, a server that is down, a wrong address, or a limit on the number of requests.',
    remedy:
      'holdfast doctor asks every endpoint and says which one is silent. The board tries again by itself.',
  },
  unsupported: {
    meaning: 'The endpoint does not know the question, eth_getProof for example.',
    likely: 'A node or provider without proofs.',
    remedy: 'Use an endpoint that answers eth_getProof (holdfast doctor tries it).',
  },
  pruned: {
    meaning: 'The endpoint no longer has the state of the block that was asked for.',
    likely: 'A node that proves only the newest blocks; a final block is 64 to 96 blocks old.',
    remedy: 'Use a node that proves at least 128 blocks back: geth does, others need an option.',
  },
  no_quorum: {
    meaning:
      'Too few speak with one voice: endpoints on a block, or members of a sync committee on a header.',
    likely: 'Endpoints are down, lag behind each other, or contradict each other; or participation is low.',
    remedy: 'holdfast doctor shows what each endpoint says. Replace one that stays behind.',
  },
  level: {
    meaning: 'The block is not trusted at the level that this purpose asks for, or it is not final yet.',
    likely:
      'The order is younger than finality (about 13 minutes on mainnet), or provers or checkpoints are missing.',
    remedy: `${wait} If it lasts longer than 20 minutes: holdfast status shows the levels of the board.`,
  },
  stale: {
    meaning: 'The newest block that the board can prove is older than the policy allows.',
    likely: 'The board slept, finality stalls on the chain, or provers and endpoints withhold newer blocks.',
    remedy: `${wait} If the chain is healthy, look at the provers: holdfast doctor.`,
  },
  unknown_fork: {
    meaning: 'The chain has begun a fork that the firmware of this board does not know.',
    likely: 'The board runs an image from before the fork.',
    remedy: 'Update the firmware: updates alone may go by level 3 meanwhile.',
  },
  not_now: {
    meaning:
      'The board has not proven what time it is since its last restart, and cannot tell an old head from a new one.',
    likely: 'The board has just restarted. An order that carries the challenge of this boot proves now.',
    remedy:
      'Order with holdfast command, which puts the challenge in, or sign one: holdfast checkpoint --add.',
  },
  behind: {
    meaning: 'The message of the sync committee lies in a later period than the state of the board.',
    likely: 'The board was switched off for more than a day.',
    remedy: `${wait} It follows period by period, about one second each.`,
  },
  no_witness: {
    meaning: 'A block is trusted, but nobody showed a witness for it that verifies.',
    likely: 'Endpoints without proofs of that age, or endpoints that lie.',
    remedy:
      'holdfast doctor; holdfast explain with the code of the witness (proof_invalid, pruned, …) says more.',
  },
  withheld: {
    meaning: 'An order that comes first is on chain, but its envelope has not arrived.',
    likely: 'A message was lost at the broker, or is withheld; until its time is over it holds the queue.',
    remedy: 'holdfast deliver sends a kept envelope again; holdfast audit shows which one is missing.',
  },
  paused: {
    meaning: 'The fleet is paused: the board runs nothing.',
    likely: 'A guardian stopped the fleet.',
    remedy: 'Find out why; the threshold of the fleet lets it go on: holdfast fleet resume.',
  },
  suspended: {
    meaning: 'The board is suspended, reported stolen, or not active on chain.',
    likely: 'A guardian or the owner set the status; or the board was never activated.',
    remedy: 'holdfast status shows the status; the owner lifts it.',
  },
  handover: {
    meaning:
      'The chain names another owner than the board knows: it holds everything until its trust is set anew.',
    likely: 'The board was sold and accepted, and its new fleet has not yet ordered holdfast.trust.',
    remedy:
      'The new owner’s fleet orders holdfast.trust (class 1), or the new owner sets trust at the console of the board.',
  },
  busy: {
    meaning: 'The board has no room for this now, or the app asks to wait.',
    likely: 'Many messages at once, an action under way, or an app that is busy or has its quiet hours.',
    remedy: 'Send it again: holdfast deliver. Nothing was lost and nothing ran.',
  },
  cohort: {
    meaning: 'The rollout of this version does not include this board yet.',
    likely: 'The release is rolled out to a part of the boards.',
    remedy: `${wait} The vendor widens the rollout with a release key.`,
  },
  incomplete: {
    meaning: 'The image, or the trust configuration that an order names, has not arrived whole.',
    likely: 'The image server is slow, silent, or ends the connection; or nobody sent the configuration.',
    remedy: `${wait} The download resumes where it stopped. holdfast doctor asks the image server.`,
  },
  cancelled: {
    meaning: 'The board itself gave up the question, since nobody needs the answer any more.',
    likely: 'A restart, a new configuration, or another source that answered first.',
    remedy: 'Nothing.',
  },
};
