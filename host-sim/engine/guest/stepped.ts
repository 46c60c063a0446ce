/**
 * Runs in the place of prelude.ts in a board that its parent steps: all ports are the parent's but the native code, and
 * events come from the parent.
 */
import { nativeCrypto } from '../../../firmware/crypto/native/native.js';
import { nativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import { nativeJson } from '../../../firmware/json/native/native.js';
import type { Pins, Pull } from '../../../firmware/port/pins.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { HostApps } from './apps.js';
import { HostBoot, type Started } from './bootPort.js';
import { HostClock } from './clock.js';
import { HostEvents } from './events.js';
import { HostFlash } from './flash.js';
import type { Guest } from './host.js';
import { startImage } from './image.js';
import { HostNetwork } from './network.js';
import { SteppedConsole } from './steppedConsole.js';
import { type Line, SteppedHost } from './steppedHost.js';

class SteppedPins implements Pins {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  write(pin: number, on: boolean): void {
    this.#line.call('pins.write', +pin, !!on);
  }

  sample(pin: number): number {
    return this.#line.call('pins.sample', +pin) as number;
  }

  sense(pin: number, pull: Pull): boolean {
    return this.#line.call('pins.sense', +pin, `${pull}`) === 'high';
  }
}

const startedOf = (line: Line): Started => ({
  slot: line.call('boot.slot') as Started['slot'],
  length: line.call('boot.length') as number,
  state: line.call('boot.state') as Started['state'],
  idle: line.call('boot.idle') as Started['idle'],
});

/** A stepped board's requests come as events of their own, not as lines. */
interface SteppedGuest extends Guest {
  request(id: number, text: string): void;
}

export function install(line: Line): SteppedGuest {
  const host = new SteppedHost(line);
  const clock = new HostClock(host);
  const network = new HostNetwork(host);
  const console = new SteppedConsole(line);
  const { native } = line;
  const ports: Ports = {
    clock,
    entropy: { fill: target => host.fillRandom(target) },
    ...(native && { crypto: nativeCrypto(native), bls: nativeBls(native), json: nativeJson(native) }),
    network,
    flash: new HostFlash(host),
    apps: new HostApps(host),
    boot: new HostBoot(host, startedOf(line)),
    console,
    pins: new SteppedPins(line),
  };
  const events = new HostEvents(clock, network, { take: () => {} }, () => startImage(ports));
  return {
    start: () => events.start(),
    timer: id => events.timer(id),
    readable: (id, count) => events.readable(id, count),
    writable: (id, count) => events.writable(id, count),
    closed: (id, cause) => events.closed(id, cause),
    line: () => {},
    request: (id, text) => void console.serve(id, text),
    describe: error => events.describe(error),
  };
}
