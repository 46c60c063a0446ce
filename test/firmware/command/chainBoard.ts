/** Commands over a real chain: proven facts, events, envelopes as an operator makes them. */
import type { Hex } from '../../../contracts/client/index.js';
import { encodeParams } from '../../../firmware/app/params.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import type { Settlement } from '../../../firmware/command/answer.js';
import { CommandChainReader } from '../../../firmware/command/commandChainReader.js';
import { Commands } from '../../../firmware/command/commands.js';
import type { Envelope } from '../../../firmware/command/envelope.js';
import { ProofBudget } from '../../../firmware/command/proofBudget.js';
import { HandOver } from '../../../firmware/handover/handOver.js';
import { Trial } from '../../../firmware/handover/trial.js';
import { frameworkActions } from '../../../firmware/handover/trustAction.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { Ledger } from '../../../firmware/ledger/ledger.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { ChainReader, type WitnessReport } from '../../../firmware/trust/chainReader.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { Prover } from '../../../firmware/trust/prover.js';
import { QuorumTrust } from '../../../firmware/trust/quorum.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word, ZERO_WORD } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { BOARD_KEY, clock as hostClock, type Organisation } from '../../fakes/organisation.js';
import { MemoryTrustKeeper, TRUST } from '../../fakes/trustKeeper.js';
import { effectsApp, POLICY, type Prepared, prepare, short } from './board.js';

export class ChainBoard {
  readonly organisation: Organisation;
  readonly challenge = word(0xc1);
  readonly chain: CommandChainReader;
  readonly commands: Commands;
  readonly floors: Floors;
  readonly ledger: Ledger;
  readonly effects: string[] = [];
  readonly clock = new HandClock();
  readonly said: Settlement[] = [];
  readonly reports: WitnessReport[] = [];
  readonly keeper: MemoryTrustKeeper;
  readonly handOver: HandOver;
  /** Lines of the trial's log. */
  readonly lines: string[] = [];

  /** `urls` of the endpoints, by default the chain itself; all of them must agree. */
  constructor(organisation: Organisation, urls: readonly string[] = [organisation.chain.url]) {
    this.organisation = organisation;
    const { chain, crypto, deviceBytes: device } = organisation;
    const { clock } = this;
    const endpoints = urls.map(url => organisation.endpoint(url));
    const reader = new ChainReader({ crypto, endpoints, onBadWitness: report => this.reports.push(report) });
    const trust = new QuorumTrust({ endpoints, quorum: urls.length, chainId: chain.chainId, clock });
    this.chain = new CommandChainReader({ crypto, device, endpoints, reader, trust });
    const journal = openJournal(new MemoryFlash().open('journal'));
    journal.put([[StoreKey.birth, encodeRecord([0])]]);
    const domain = { chainId: chain.chainId, verifyingContract: device };
    this.ledger = new Ledger({ journal, crypto, domain, privateKey: BOARD_KEY, imageHash: word(1) });
    this.floors = new Floors({ clock });
    this.keeper = new MemoryTrustKeeper(organisation.ownerBytes);
    const noBroker: Prover = {
      name: 'none',
      lastResort: true,
      ask: async () => undetermined('unreachable', 'no broker'),
      close: () => {},
    };
    const { challenge } = this;
    const trial = { broker: noBroker, challenge, clock: hostClock, crypto, domain, network: nodeNetwork() };
    this.handOver = new HandOver({
      after: () => this.ledger.settled.block,
      clock,
      configuration: TRUST,
      crypto,
      keeper: this.keeper,
      log: () => {},
      openTrial: async configuration =>
        new Trial({ ...trial, log: line => this.lines.push(line) }, configuration),
    });
    this.commands = new Commands({
      proofBudget: new ProofBudget(clock, 0),
      app: { ...effectsApp(effect => this.effects.push(effect)), framework: frameworkActions(this.handOver) },
      chain: this.chain,
      challenge: this.challenge,
      clock,
      crypto,
      domain,
      floors: this.floors,
      key: crypto.addressOf(BOARD_KEY)!,
      ledger: this.ledger,
      policy: POLICY,
      lifecycle: POLICY,
      trustOrders: this.handOver,
      life: { locked: false, enter: () => {}, rotateTo: () => false },
      onSettled: settlement => this.said.push(settlement),
    });
  }

  /** An envelope for the device's next link as it is now. */
  async envelope(name: string, fields: Partial<Envelope> = {}): Promise<Prepared> {
    const { device, deviceBytes, fleet } = this.organisation;
    const operator = await this.organisation.as('operator');
    const [{ epoch, sequence }, { epoch: fleetEpoch }, now] = await Promise.all([
      operator.device.read(device),
      operator.fleet.read(fleet),
      operator.chain.now(),
    ]);
    return prepare(
      {
        authority: 0,
        device: deviceBytes,
        sequence: sequence + 1,
        epoch,
        fleetEpoch,
        notBefore: now - 10,
        notAfter: now + 36_000,
        class: 0,
        challenge: ZERO_WORD,
        follows: 0,
        receipts: 0,
        replyKey: new Uint8Array(0),
        action: `test.${name}`,
        params: encodeParams({ n: fields.sequence ?? sequence + 1 }),
        operator: fromHex(operator.chain.address, 20)!,
        salt: ZERO_WORD,
        ...fields,
      },
      undefined,
      { chainId: this.organisation.chain.chainId, verifyingContract: deviceBytes },
    );
  }

  async append({ envelope, hash }: Prepared): Promise<void> {
    const { device, fleet } = this.organisation;
    const operator = await this.organisation.as('operator');
    const { notAfter, sequence } = envelope;
    await operator.fleet.append({ fleet, device, sequence, notAfter, commandHash: toHex(hash) as Hex });
  }

  async link(name: string, fields: Partial<Envelope> = {}): Promise<Prepared> {
    const prepared = await this.envelope(name, fields);
    await this.append(prepared);
    return prepared;
  }

  async deliver(prepared: Prepared): Promise<string> {
    const before = this.said.length;
    await this.commands.deliver(prepared.bytes);
    return this.about(prepared, before);
  }

  about({ hash }: Prepared, from = 0): string {
    const about = this.said.slice(from).filter(settlement => Buffer.compare(settlement.hash, hash) === 0);
    return about.map(short).join(', ');
  }

  /** Now is proven by a command with the challenge, which is consumed. */
  async proveNow(): Promise<this> {
    const proof = await this.link('again', { challenge: this.challenge });
    await this.organisation.finalise();
    await this.commands.deliver(proof.bytes);
    this.effects.length = 0;
    this.said.length = 0;
    return this;
  }
}
