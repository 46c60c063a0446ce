/**
 * A board of the SDK's `lin` build: the firmware is preloaded in the program, and the image in a slot is the app, as
 * a mod (an archive of the SDK's mcrun) behind the header of every image. Clock and network are those of the ESP32
 * over the SDK's timers and sockets; flash, console and bootloader are those of the simulated boards.
 */
/// <reference path="../../firmware/esp32/typings/modules.d.ts" />
/// <reference path="../../firmware/esp32/typings/network.d.ts" />
/// <reference path="../../firmware/esp32/typings/timer.d.ts" />
import TCP from 'embedded:io/socket/tcp';
import Modules from 'modules';
import Timer from 'timer';
import type { App } from '../../firmware/app/app.js';
import { nativeFunctions } from '../../firmware/crypto/native/moddable.js';
import { nativeBlsFunctions } from '../../firmware/crypto/native/moddableBls.js';
import { nativeCrypto } from '../../firmware/crypto/native/native.js';
import { nativeBls } from '../../firmware/crypto/native/nativeBls.js';
import { run } from '../../firmware/device/device.js';
import { timerClock } from '../../firmware/esp32/clock.js';
import { tcpNetwork } from '../../firmware/esp32/network.js';
import { nativeJsonFunctions } from '../../firmware/json/native/moddable.js';
import { nativeJson } from '../../firmware/json/native/native.js';
import type { Ports } from '../../firmware/port/ports.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { HostConsole } from '../engine/guest/console.js';
import { HostFlash } from '../engine/guest/flash.js';
import { bootPort, chooseStart } from '../node/board/bootloader.js';
import { simulatedPins } from '../node/board/pins.js';
import { host } from './native.js';
import { countedReads } from './socket.js';

/** The module of a mod that exports, as its default, what makes the app. */
const appModule = 'app';

const fault = (error: unknown): void =>
  host.fault(error instanceof Error ? `${error.stack ?? error.message}` : `${error}`);

export default function main(): void {
  if (host.resting()) return;
  try {
    start();
  } catch (error) {
    fault(error);
  }
}

function start(): void {
  const flash = new HostFlash(host);
  const choice = chooseStart(flash, host.failures());
  if ('reason' in choice) {
    host.end('nothingToStart', choice.reason);
    return;
  }
  const { bytes, header, rolledBack, slot, state } = choice;
  const boot = bootPort(flash, choice, reason => {
    if (reason === 'fault') fault(new Error('the image asked for it'));
    else host.end(reason, '');
  });
  const hello = { pid: host.processId(), slot, state, version: header.version, length: bytes.length };
  host.send(JSON.stringify({ hello: rolledBack === undefined ? hello : { ...hello, rolledBack } }));

  const pins = simulatedPins((pin, on) => host.send(JSON.stringify({ pin, on })));
  const console = new HostConsole(host, pins.setInput);
  host.onLine(line => console.take(line));
  const soon = (callback: () => void): void => void Timer.set(callback, 0);
  const ports: Ports = {
    clock: timerClock(Timer, () => host.monotonic(), fault),
    entropy: { fill: target => host.fillRandom(target) },
    crypto: nativeCrypto(nativeFunctions),
    bls: nativeBls(nativeBlsFunctions),
    json: nativeJson(nativeJsonFunctions),
    network: tcpNetwork({
      TCP: countedReads(TCP as unknown as Parameters<typeof countedReads>[0]),
      // A desk board reaches its holder by address.
      resolve: (name, callback) => soon(() => callback(name, name === 'localhost' ? '127.0.0.1' : undefined)),
      soon,
      onFault: fault,
    }),
    flash,
    boot,
    console,
    pins,
  };
  host.mapArchive(bytes.subarray(headerLength));
  const makeApp = Modules.has(appModule) ? Modules.importNow(appModule) : undefined;
  if (typeof makeApp !== 'function') throw new Error('the image has no module app that makes an app');
  run(ports, (makeApp as (ports: Ports) => App)(ports));
}
