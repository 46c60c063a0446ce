/** The firmware of an ESP32: makes the ports out of the Moddable SDK's modules and starts the device. */

import Resource from 'Resource';
import Analog from 'embedded:io/analog';
import Digital from 'embedded:io/digital';
import I2C from 'embedded:io/i2c';
import PWM from 'embedded:io/pwm';
import Serial from 'embedded:io/serial';
import TCP from 'embedded:io/socket/tcp';
import SPI from 'embedded:io/spi';
import WiFi from 'embedded:network/interface/wifi';
import flash from 'embedded:storage/flash';
import keyValue from 'embedded:storage/key-value';
import config from 'mc/config';
import FFI from 'mc/ffi';
import Modules from 'modules';
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module of that name.
import Net from 'net';
import projectApp from 'project/app';
import Timer from 'timer';
import { nativeFunctions } from '../crypto/native/moddable.js';
import { nativeBlsFunctions } from '../crypto/native/moddableBls.js';
import { nativeCrypto } from '../crypto/native/native.js';
import { nativeBls } from '../crypto/native/nativeBls.js';
import { run } from '../device/device.js';
import { runApp } from '../device/runApp.js';
import { nativeJsonFunctions } from '../json/native/moddable.js';
import { nativeJson } from '../json/native/native.js';
import type { Boot } from '../port/board.js';
import type { Flash } from '../port/flash.js';
import type { Ports } from '../port/ports.js';
import type { Network } from '../port/socket.js';
import { COUNTER_BYTES, IDENTITY_BYTES } from '../store/partitionSizes.js';
import { chooseApp } from './app.js';
import { chipBoot } from './boot.js';
import { chipBuses } from './buses.js';
import type { ChipFunctions } from './chip.js';
import { repeating, timerClock } from './clock.js';
import { ChipConsole } from './console.js';
import { chipEntropy } from './entropy.js';
import { chipFlash, slotPartition } from './flash.js';
import { type KeyValues, keyValuePartition } from './keyValuePartition.js';
import { tcpNetwork } from './network.js';
import { chipPins } from './pins.js';
import { resetReason } from './resetReason.js';
import { rollbackRecord } from './rollbackRecord.js';
import { testRollback } from './rollbackTest.js';
import { chipSerialLine } from './serialLine.js';
import { boardSettings } from './settings.js';
import { checkTable, tableRemark } from './tableCheck.js';
import { tlsNetwork } from './tls.js';
import { openUplink, type Uplink } from './uplink.js';

const authorityFile = 'authority.der';
const soon = (callback: () => void): void => void Timer.set(callback, 0);
const openStore = (path: string) => keyValue.open({ path, format: 'buffer' });

export default function main(): void {
  const chip = new FFI();
  const settings = boardSettings(config);
  chip.consoleOpen(settings.console.baud, settings.console.transmit, settings.console.receive);

  const fault = (error: unknown): void => {
    const described = error instanceof Error ? `${error.stack ?? error.message}` : `${error}`;
    console.send({ fault: described.slice(0, 1000) });
    chip.chipFault(described);
  };
  const clock = timerClock(Timer, () => chip.chipMilliseconds(), fault);
  const every = repeating(Timer, fault);
  const console: ChipConsole = new ChipConsole({
    line: chipSerialLine(chip),
    every,
    ofPlatform: (method, parameters) => uplink.requests(method, parameters),
  });
  // The driver starts the radio, which is what the random number generator draws from.
  let radio: WiFi | undefined;
  const entropy = chipEntropy(chip, () => radio !== undefined);
  const store = openStore('holdfast');
  const uplink: Uplink = openUplink({
    chip,
    clock,
    entropy,
    store,
    every,
    log: line => console.log(line),
    open: onChanged => (radio = new WiFi({ onChanged })),
  });

  try {
    chip.chipBlindCurve(radio ? 1 : 0);
    const running = chip.chipRunningSlot() === 1 ? 'B' : 'A';
    const boot = openBoot(chip, running, store, reason => console.send({ restart: reason }));
    const { length, slot, state, version } = boot.running;
    console.send({ hello: { pid: 0, slot, state, version, length } });
    console.log(`started by: ${resetReason(chip.chipResetReason())}`);
    const remark = tableRemark(checkTable(path => flash.open({ path })));
    if (remark !== undefined) console.log(remark);
    if (boot.refusesUpdates !== undefined) console.log(`no updates: ${boot.refusesUpdates}`);

    const ports: Ports = {
      clock,
      entropy,
      crypto: nativeCrypto(nativeFunctions),
      bls: nativeBls(nativeBlsFunctions),
      json: nativeJson(nativeJsonFunctions),
      network: openNetwork(chip, fault),
      flash: openFlash(chip, running),
      boot,
      console,
      pins: chipPins({ Analog, Digital }),
      buses: chipBuses({ I2C, PWM, SPI, Serial }),
      deepSleep: milliseconds => chip.chipDeepSleep(milliseconds),
      ...uplink.ports,
    };
    const chosen = chooseApp({
      modules: Modules,
      secured: (chip.chipProtection() & 1) !== 0,
      builtIn: projectApp,
      log: line => console.log(line),
    });
    if ('mod' in chosen) run(ports, chosen.mod(ports));
    else runApp(ports, chosen.app);
    uplink.start();
  } catch (error) {
    fault(error);
  }
}

function openBoot(
  chip: ChipFunctions,
  running: 'A' | 'B',
  store: KeyValues,
  onRestart: (reason: Parameters<Boot['restart']>[0]) => void,
) {
  return chipBoot({
    chip,
    running,
    recovers: chip.chipRecovers() === 1,
    runningSlot: slotPartition(flash.open({ path: 'running' })),
    idleSlot: slotPartition(flash.open({ path: 'nextota' })),
    test: testRollback({
      record: rollbackRecord(store),
      running,
      state: chip.chipSlotState(),
      startAgain: () => chip.chipStartNext(running === 'B' ? 1 : 0),
      confirm: () => void chip.chipConfirm(),
      restart: () => chip.chipRestart(),
    }),
    onRestart,
  });
}

const openNetwork = (chip: ChipFunctions, onFault: (error: unknown) => void): Network =>
  tlsNetwork({
    plain: tcpNetwork({
      TCP,
      resolve: (host, callback) => Net.resolve(host, callback),
      soon,
      onFault,
    }),
    engine: chip,
    authority: Resource.exists(authorityFile) ? new Resource(authorityFile).slice(0) : undefined,
    soon,
  });

const openFlash = (chip: ChipFunctions, running: 'A' | 'B'): Flash =>
  chipFlash({
    open: path => flash.open({ path }),
    running,
    forgetIdle: () => chip.chipForgetOther(),
    identity: keyValuePartition(openStore('identity'), IDENTITY_BYTES),
    counter: keyValuePartition(openStore('counter'), COUNTER_BYTES),
  });
