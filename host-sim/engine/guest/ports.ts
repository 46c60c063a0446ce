/** The ports of an image, made out of the host's functions, and what takes the host's events for it. */
import { nativeCrypto } from '../../../firmware/crypto/native/native.js';
import { nativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import { nativeJson } from '../../../firmware/json/native/native.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { simulatedPins } from '../../node/board/pins.js';
import { HostApps } from './apps.js';
import { HostBoot, type Started } from './bootPort.js';
import { HostBuses } from './buses.js';
import { HostClock } from './clock.js';
import { HostConsole } from './console.js';
import { HostEvents } from './events.js';
import { HostFlash } from './flash.js';
import type { Host } from './host.js';
import { HostNetwork } from './network.js';

/** The ports for the image, and what takes the host's events once it is told how the image starts. */
export interface HostPorts {
  ports: Ports;
  events(start: () => void): HostEvents;
}

export function hostPorts(host: Host, started: Started): HostPorts {
  const clock = new HostClock(host);
  const pins = simulatedPins(
    (pin, on) => host.send(JSON.stringify({ pin, on: !!on })),
    reads => host.send(JSON.stringify({ reads })),
  );
  const buses = new HostBuses(host, clock, started.devices);
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
    boot: new HostBoot(host, started),
    console,
    pins,
    buses,
  };
  return { ports, events: start => new HostEvents(clock, network, console, start) };
}
