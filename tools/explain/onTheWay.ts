/** Failures on the way to a contract, and at whoever signs for it. */

import type { Table } from './explanation.js';

/** Failures on the way to a contract, which have no Solidity error. */
export type OnTheWay =
  | 'ContractCall'
  | 'ForeignDeployer'
  | 'NoDeployer'
  | 'NoFunds'
  | 'NotDeployed'
  | 'NothingThere'
  | 'Reverted'
  | 'Rpc'
  | 'SignerElsewhere'
  | 'SignerRefused'
  | 'Unreachable'
  | 'WrongSigner';

export const onTheWay: Table<OnTheWay> = {
  ContractCall: {
    meaning: 'The call of a contract failed, and the node does not say why.',
    likely: 'A node that hides reasons, or a contract of another generation at the address.',
    remedy: 'Try another endpoint; holdfast doctor says what lies at the addresses.',
  },
  ForeignDeployer: {
    meaning: 'Something else lies at the address of the deterministic deployer.',
    likely: 'A chain with rules of its own.',
    remedy: 'Holdfast cannot be deployed on this chain.',
  },
  NoDeployer: {
    meaning: 'The chain refuses the transaction that deploys the deterministic deployer.',
    likely: 'It takes no transactions without a chain id (EIP-155).',
    remedy: 'Have the deployer deployed as the documentation of the chain says, then try again.',
  },
  NoFunds: {
    meaning: 'The account that sends cannot pay for the gas.',
    likely: 'A new account.',
    remedy: 'Send it some ether.',
  },
  NotDeployed: {
    meaning: 'A contract did not come to lie at its computed address.',
    likely: 'The chain does not know the instructions, or the gas ran out.',
    remedy: 'Check the rules of the chain; holdfast deploy goes on where it stopped.',
  },
  NothingThere: {
    meaning: 'No contract lies at the address.',
    likely: 'An address of another chain.',
    remedy: 'Check the address and the chain.',
  },
  Reverted: {
    meaning: 'The transaction was overtaken by another one and had no effect.',
    likely: 'Two people acted at the same time.',
    remedy: 'Look again, and repeat it if it is still wanted.',
  },
  Rpc: {
    meaning: 'The node refused the question.',
    likely: 'A method that the node does not have, or a limit on the number of requests.',
    remedy: 'Try again later, or another endpoint.',
  },
  SignerElsewhere: {
    meaning: 'The signer sends its transactions to another chain than the endpoint is of.',
    likely: 'A signer that was started for another network.',
    remedy: 'Start the signer for this chain, or name the right endpoint with --rpc.',
  },
  SignerRefused: {
    meaning: 'The signer did not sign: it refused, is not there, or does not know the account or the method.',
    likely: 'Nobody confirmed at the signer, or its rules do not allow this.',
    remedy: 'Read the words of the signer. It must speak eth_signTypedData_v4 and eth_sendTransaction.',
  },
  Unreachable: {
    meaning: 'The node of the chain does not answer.',
    likely: 'It is not running, or the address is wrong.',
    remedy: 'Check --rpc; for the simulator, npm start in another terminal.',
  },
  WrongSigner: {
    meaning: 'The signer gave a signature that is not of the account, or is over something else.',
    likely: 'A signer that knows typed data of another version, or that is not honest.',
    remedy: 'Use another signer, and find out what this one signed.',
  },
};
