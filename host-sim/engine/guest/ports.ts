/** The ports of an image, made out of the host's functions, and what takes the host's events for it. */
import { nativeCrypto } from '../../../firmware/crypto/native/native.js';
import { nativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import { nativeJson } from '../../../firmware/json/native/native.js';
import type { Boot } from '../../../firmware/port/board.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { simulatedPins } from '../../node/board/pins.js';
import { HostApps } from './apps.js';
import { HostBuses } from './buses.js';
import { HostClock } from './clock.js';
import { HostConsole } from './console.js';
import { HostFlash } from './flash.js';
import type { Guest, Host } from './host.js';
import { HostNetwork } from './network.js';

/** The image that runs, and the devices on its buses as JSON, where the host was told any. */
export interface Running {
  slot: 'A' | 'B';
  length: number;
  state: Boot['running']['state'];
  idle: NonNullable<Boot['idle']>;
  devices?: string;
}

/** The ports for the image, and all that the host calls but the image's start. */
export interface HostPorts {
  ports: Ports;
  events: Omit<Guest, 'start'>;
}

/** Text for whatever was thrown, in ASCII. */
function describe(error: unknown): string {
  try {
    const stack = typeof error === 'object' && error !== null ? (error as Error).stack : undefined;
    const text = `${stack || error}`.replace(/[^\n -~]/g, '?');
    return text.length > 2000 ? `${text.slice(0, 2000)}...` : text;
  } catch {
    return 'an error that cannot be shown';
  }
}

export function hostPorts(host: Host, running: Running): HostPorts {
  const clock = new HostClock(host);
  const boot: Boot = {
    running: {
      slot: running.slot,
      length: running.length,
      state: running.state,
      read: (offset, length) => new Uint8Array(host.imageRead(offset, length)),
    },
    idle: running.idle,
    setPending: length => host.setPending(length),
    confirm() {
      host.confirm();
      boot.running.state = 'confirmed';
    },
    restart(reason) {
      host.restart(`${reason}`);
      // Nothing of the image has an effect from here on, and this unwinds what still runs of it.
      throw new Error('the board restarts');
    },
  };
  const pins = simulatedPins(
    (pin, on) => host.send(JSON.stringify({ pin, on: !!on })),
    reads => host.send(JSON.stringify({ reads })),
  );
  const buses = new HostBuses(host, clock, running.devices);
  const console = new HostConsole(host, pins.setInput, setting => buses.set(setting));
  const network = new HostNetwork(host);
  const { native } = host;
  const ports: Ports = {
    clock,
    entropy: { fill: target => host.fillRandom(target) },
    ...(native && { crypto: nativeCrypto(native), bls: nativeBls(native), json: nativeJson(native) }),
    network,
    flash: new HostFlash(host),
    apps: new HostApps(host),
    boot,
    console,
    pins: { write: pins.write, sample: pins.sample, sense: pins.sense },
    buses,
  };
  return {
    ports,
    events: {
      timer: id => clock.fire(id),
      readable: (id, count) => network.readable(id, count),
      writable: (id, count) => network.writable(id, count),
      closed: (id, cause) => network.closed(id, cause),
      line: line => console.take(line),
      describe,
    },
  };
}
