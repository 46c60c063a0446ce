/** One board of a world of processes as a page sees it: its console, its pins, and what it says over its broker. */
import { decodeParams } from '../../firmware/app/params.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Status } from '../../firmware/device/status.js';
import type { InputLine } from '../../host-sim/node/board/consoleLine.js';
import { ConsoleDecisions } from '../../host-sim/page/consoleDecisions.js';
import type { ActOutcome, Board, Input, Json } from '../../host-sim/page/protocol.js';
import { ranWith } from '../../host-sim/page/ran.js';
import type { Setting } from '../demo/setting.js';
import type { BoardChannel, SeenReceipt } from '../operator/boardChannel.js';
import { reportsOf, type SeenBatch } from '../operator/telemetry.js';
import { explained } from './explained.js';
import type { Memory } from './memory.js';

/** Inputs of a board that are shown. */
const INPUTS_MAX = 32;

type Face = Pick<Board, 'actions' | 'app'>;

export interface WatchOptions {
  name: string;
  group?: string;
  device: string;
  board: Setting['board'];
  channel: BoardChannel;
  memory: Memory;
  /** The number of the next decision, of whichever board. */
  nextDecision(): number;
  /** Makes places in the image places in its source, in what the board says. */
  translate?(line: string): string;
  /** The face of the app in that image; undefined where nobody has it. */
  face(imageHash: Uint8Array): Promise<Face | undefined>;
  /** The time of a block, Unix seconds. */
  timeOf(block: number): Promise<number>;
}

const inputOf = (line: InputLine): Input => ({ ...line, value: line.idle });

export class BoardWatch {
  readonly #options: WatchOptions;
  readonly #decisions: ConsoleDecisions;
  readonly #closing: () => void;
  /** Of its newest decision: its own number, and the page's. */
  #numbers = { own: 0, page: 0 };
  #shown: Board;
  #faceOf = '';

  /** Listens at once, until it is closed. */
  constructor(options: WatchOptions) {
    const { board, device, group, name } = options;
    this.#options = options;
    this.#decisions = new ConsoleDecisions(name, explained);
    const inputs = [...board.inputs.values()].map(inputOf);
    const isOn = board.pid > 0;
    this.#shown = {
      ...{ name, group, device, actions: [], pins: {}, inputs },
      ...{ power: isOn ? 'on' : 'off', starts: board.restarts + 1, version: board.hello?.version },
    };
    options.memory.tell({ kind: 'board', board: this.#shown });
    this.#closing = this.#listen();
  }

  /** As it is shown now. */
  get shown(): Board {
    return this.#shown;
  }

  close(): void {
    this.#closing();
  }

  change(change: Partial<Board>): void {
    const { ran = [], ...before } = this.#shown;
    const all = { ...before, ...change };
    this.#shown = { ...all, ran: ranWith(ran, all.version, new Date().toISOString()) };
    this.#options.memory.tell({ kind: 'board', board: this.#shown });
  }

  async setPower(power: Board['power']): Promise<ActOutcome> {
    const { board } = this.#options;
    if (power === 'off') await board.powerCut();
    else await board.powerOn();
    this.change({ power });
    return { ok: true, says: `Its power is ${power}.` };
  }

  setInput(pin: number, value: number): ActOutcome {
    const { inputs = [] } = this.#shown;
    if (!inputs.some(each => each.pin === pin))
      return { ok: false, says: `The board reads no input ${pin}.` };
    this.#options.board.setInput(pin, value);
    this.change({ inputs: inputs.map(each => (each.pin === pin ? { ...each, value } : each)) });
    return { ok: true, says: `Input ${pin} has ${value}.` };
  }

  /** @returns what ends it */
  #listen(): () => void {
    const { board, channel } = this.#options;
    const onPin = (pin: number, on: boolean) => this.change({ pins: { ...this.#shown.pins, [pin]: on } });
    const onHello = ({ version }: { version: number }) =>
      this.change({ power: 'on', version, starts: this.#shown.starts + 1, pins: {}, inputs: [] });
    const onPresence = (said: string) => {
      if (said === this.#shown.presence) return;
      this.change({ presence: said.slice(0, 40), presenceSince: new Date().toISOString() });
    };
    board.on('log', this.#onLog).on('pin', onPin).on('reads', this.#onReads).on('hello', onHello);
    channel
      .on('receipt', this.#onReceipt)
      .on('status', this.#onStatus)
      .on('telemetry', this.#onTelemetry)
      .on('presence', onPresence);
    void channel.status().then(this.#onStatus, () => {});
    return () => {
      board.off('log', this.#onLog).off('pin', onPin).off('reads', this.#onReads).off('hello', onHello);
      channel
        .off('receipt', this.#onReceipt)
        .off('status', this.#onStatus)
        .off('telemetry', this.#onTelemetry)
        .off('presence', onPresence);
    };
  }

  readonly #onLog = (line: string): void => {
    const { memory, name, nextDecision, translate = said => said } = this.#options;
    memory.tell({ kind: 'line', board: name, text: translate(line) });
    const decision = this.#decisions.take(line);
    if (!decision) return;
    if (this.#numbers.own !== decision.id) this.#numbers = { own: decision.id, page: nextDecision() };
    const numbered = { ...decision, id: this.#numbers.page };
    memory.tell({ kind: 'decision', decision: memory.withReceipt(numbered) });
  };

  readonly #onReads = (line: InputLine): void => {
    const others = (this.#shown.inputs ?? []).filter(({ pin }) => pin !== line.pin);
    const all = [...others, inputOf(line)].sort((a, b) => a.pin - b.pin);
    this.change({ inputs: all.slice(0, INPUTS_MAX) });
  };

  readonly #onStatus = (status: Status): void => {
    const imageHash = toHex(status.imageHash);
    this.change({
      seen: new Date().toISOString(),
      ...{ version: status.version, imageHash, level: status.level, finalized: status.finalized },
      ...{ sequence: status.sequence, receipts: status.receiptCounter, epoch: status.epoch },
      state: status.state.length === 0 ? undefined : (decodeParams(status.state) as Json),
    });
    if (status.finalized > 0) void this.#date(status.finalized).catch(() => {});
    if (imageHash !== this.#faceOf) void this.#findFace(imageHash, status.imageHash).catch(() => {});
  };

  async #date(finalized: number): Promise<void> {
    const finalizedTime = await this.#options.timeOf(finalized);
    if (this.#shown.finalized === finalized) this.change({ finalizedTime });
  }

  async #findFace(name: string, imageHash: Uint8Array): Promise<void> {
    this.#faceOf = name;
    const face = await this.#options.face(imageHash);
    if (face && this.#faceOf === name) this.change(face);
  }

  readonly #onReceipt = ({ receipt, signer = '' }: SeenReceipt): void => {
    const { memory } = this.#options;
    const { counter, envelopeHash, outcome } = receipt;
    const decision = memory.receipted(toHex(envelopeHash), { outcome, counter, signer });
    if (decision) memory.tell({ kind: 'decision', decision });
  };

  readonly #onTelemetry = (batch: SeenBatch): void => {
    const { memory, name: board } = this.#options;
    for (const { name, time, value } of reportsOf(batch)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const at = time === undefined ? Date.now() : Date.parse(time);
      memory.tell({ kind: 'reading', reading: { board, name, time: at, value } });
    }
  };
}
