/** A Fleet as anybody reads it: its state, its roles and its batches. */
import { fleetAbi } from '../abi.generated.js';
import { type Hex, lower } from '../addresses.js';
import type { Chain } from './chain.js';
import { nothingAt } from './errors.js';
import {
  type BatchLink,
  type EventFacts,
  type FleetFacts,
  type ReceiptFields,
  ROLES,
  type RoleGrant,
  type RoleName,
} from './facts.js';

/** Reading of fleets. Every method throws ContractError when the chain does not answer. */
export class FleetReader {
  protected readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  /** All that the fleet holds, at the newest block. Throws ContractError `NothingThere` when no fleet is there. */
  async read(fleet: Hex): Promise<FleetFacts> {
    const exists = (await this.chain.codeAt(fleet)) !== '0x';
    if (!exists) throw nothingAt('fleet', fleet, this.chain.chainId);
    const get = <N extends PlainGetter>(name: N) => this.chain.read(fleet, fleetAbi, name, [] as never);
    const [paused, epoch, threshold, nonce, batchNonce, batchHead, checkpointKeys, forkSchedule, signers] =
      await Promise.all([
        get('paused'),
        get('epoch'),
        get('threshold'),
        get('nonce'),
        get('batchNonce'),
        get('batchHead'),
        get('checkpointKeys'),
        get('forkSchedule'),
        get('signers'),
      ]);
    return {
      address: fleet,
      exists,
      paused,
      epoch,
      threshold,
      nonce,
      batchNonce,
      batchHead,
      checkpointKeys,
      forkSchedule,
      signers: signers.map(lower),
    };
  }

  /** The expiry (unix seconds) of `role` for `account`; 0: not at all. */
  async roleExpiry(fleet: Hex, role: RoleName, account: Hex): Promise<number> {
    return Number(await this.chain.read(fleet, fleetAbi, 'roleExpiry', [ROLES.indexOf(role), account]));
  }

  /** The expiry (unix seconds) of the listing of `delegate` for `action`; 0: not listed. */
  async delegateExpiry(fleet: Hex, delegate: Hex, action: string): Promise<number> {
    return Number(await this.chain.read(fleet, fleetAbi, 'delegateExpiry', [delegate, action]));
  }

  /** The roles that were ever given, each with the account and its present expiry (0: taken). */
  async roles(fleet: Hex): Promise<RoleGrant[]> {
    const latest = new Map<string, RoleGrant>();
    for (const { values } of await this.chain.events(fleet, ['RoleSet'])) {
      const { role, account, expiry } = values as { role: number; account: Hex; expiry: bigint };
      latest.set(`${role}:${account}`, {
        role: ROLES[role]!,
        account: lower(account),
        expiry: Number(expiry),
      });
    }
    return [...latest.values()];
  }

  /** The checkpoint keys that are in force, or undefined when the fleet has none. */
  async checkpointKeys(fleet: Hex): Promise<{ threshold: number; keys: Hex[] } | undefined> {
    const last = (await this.chain.events(fleet, ['CheckpointKeysSet'])).pop();
    if (!last) return undefined;
    const { threshold, keys } = last.values as { threshold: number; keys: Hex[] };
    return { threshold, keys: keys.map(lower) };
  }

  /** Every batch after `after` (a nonce; default all), in order. */
  async batches(fleet: Hex, after = 0): Promise<BatchLink[]> {
    const events = await this.chain.events(fleet, ['BatchAppended']);
    return events.map(batchOf).filter(batch => batch.nonce > after);
  }

  /** Every event of the fleet, oldest first. */
  history(fleet: Hex): Promise<EventFacts[]> {
    return this.chain.events(fleet);
  }

  /**
   * Checks one receipt against its anchor: the time (unix seconds) by which it existed, its signer, and whether that is the
   * board's present key. Throws ContractError `NotAnchored` when it is not under `root`.
   */
  async checkReceipt(
    fleet: Hex,
    device: Hex,
    receipt: ReceiptFields,
    signature: Hex,
    root: Hex,
    proof: readonly Hex[],
  ): Promise<{ time: number; signer: Hex; current: boolean }> {
    const args = [device, receipt, signature, root, proof] as const;
    const [time, signer, current] = await this.chain.read(fleet, fleetAbi, 'checkReceipt', args);
    return { time: Number(time), signer: lower(signer), current };
  }
}

type PlainGetter = Exclude<keyof FleetFacts, 'address' | 'exists'>;

/** A BatchAppended event as a batch. */
export function batchOf(event: Pick<EventFacts, 'values' | 'blockNumber'>): BatchLink {
  const values = event.values as Omit<BatchLink, 'nonce' | 'notAfter'> & { nonce: bigint; notAfter: bigint };
  return {
    nonce: Number(values.nonce),
    root: values.root,
    batchHead: values.batchHead,
    notAfter: Number(values.notAfter),
    fleetEpoch: values.fleetEpoch,
    operator: lower(values.operator),
    class: values.class,
    blockNumber: event.blockNumber,
  };
}
