/** Records one run of an image: what its flash held, whatever came into it, whatever it did; and none of its keys. */
import { encodeText } from '../../firmware/bytes/text.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Flash } from '../../firmware/port/flash.js';
import type { Ports } from '../../firmware/port/ports.js';
import { disguised, mirrored } from './identityFlash.js';
import { Incoming } from './incoming.js';
import { keyedCrypto } from './keyedCrypto.js';
import { Passwords } from './passwords.js';
import { RecordingTape, type Sink } from './recordingTape.js';
import { StandIns } from './standIns.js';
import type { StartFacts } from './startFacts.js';
import { tapedPorts } from './tapedPorts.js';

/** The action by which an owner gives an app its secrets. */
const SECRET_ACTION = encodeText('holdfast.secret');

export interface RecorderOptions extends Sink {
  ports: Omit<Ports, 'crypto'>;
  crypto: Crypto;
  facts: Omit<StartFacts, 'partitions'>;
  /** Calls back once all that is under way now, and all promises that it fulfils, has come to its end. */
  soon(run: () => void): void;
}

/** The ports for the image, and what ends the recording of this run. */
export interface Recorder {
  ports: Ports;
  /** Idempotent. @param reason `restart: …`, `fault: …`, or another one in words */
  end(reason: string): void;
}

/** @throws Error when the identity of the board cannot be read: then nothing can stand in for its keys */
export function record(options: RecorderOptions): Recorder {
  const { crypto, facts, ports, soon } = options;
  const { entropy, flash } = ports;
  const standIns = new StandIns({ crypto, entropy });
  const passwords = new Passwords(target => entropy.fill(target));
  const tape = new RecordingTape(options);
  let isAwaited = false;
  const incoming = new Incoming(await_, () => {});
  /** One event a turn, so that its whole effect is on the tape before the next one. */
  function await_(): void {
    if (isAwaited) return;
    isAwaited = true;
    soon(turn);
  }
  function turn(): void {
    isAwaited = false;
    for (const answer of incoming.takeAnswers())
      tape.effect('answer', `${answer.id} ${answer.json}`.slice(0, 8000), () => incoming.give(answer));
    tape.flush();
    const event = incoming.next();
    if (!event) return;
    const { detail, id, operation } = event;
    tape.add({ operation, about: `${id}`, outcome: 'gave', given: encodeText(detail) });
    await_();
    incoming.deliver(event);
  }
  const shown = disguised(flash.open('identity'), standIns, passwords);
  const identity = mirrored(shown, flash.open('identity'), standIns, passwords);
  const seen: Flash = { open: name => (name === 'identity' ? identity : flash.open(name)) };
  tape.begin(facts, seen);
  const live = {
    ...ports,
    console: {
      log: (line: string) => ports.console.log(line),
      onRequest: (handler: Parameters<typeof ports.console.onRequest>[0]) =>
        ports.console.onRequest((method, parameters) =>
          handler(method, passwords.disguise(method, parameters, standIns)),
        ),
    },
  };
  const keyed = keyedCrypto({ crypto, standIns, tape, holdsSecret: plain => holds(plain, SECRET_ACTION) });
  await_();
  return {
    ports: tapedPorts(
      tape,
      { live, flash: seen, boot: ports.boot, crypto: keyed, standIns, passwords },
      incoming,
    ),
    end: reason => tape.end(reason),
  };
}

function holds(bytes: Uint8Array, sought: Uint8Array): boolean {
  for (let at = 0; at + sought.length <= bytes.length; at++)
    if (sought.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}
