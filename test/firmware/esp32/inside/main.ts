/**
 * Starts the ESP32's firmware twice over the same flash, the bootloader's test and then the board, with a holder at its
 * serial line, and says as JSON what the holder saw.
 */

import main from 'esp32-firmware';
import { encodeText } from '../../../../firmware/bytes/text.js';
import { portableCrypto } from '../../../../firmware/crypto/portable.js';
import { slotPartition } from '../../../../firmware/esp32/flash.js';
import type { Ports } from '../../../../firmware/port/ports.js';
import { FrameReader, FrameWriter } from '../../../../firmware/serial/frame.js';
import { frameType } from '../../../../firmware/serial/frameType.js';
import { packApplication } from '../../../../tools/chip/chipImage.js';
import { type Desk, flash, startDesk } from './sdk.js';

export function start(ports: Ports): void {
  const erased = (size: number) => new Uint8Array(size).fill(0xff);
  const desk: Desk = {
    ports,
    crypto: ports.crypto ?? portableCrypto(),
    partitions: new Map([
      ['running', erased(32_768)],
      ['nextota', erased(32_768)],
      ['journal', erased(65_536)],
      ['nvs', erased(0xb000)],
    ]),
    stores: new Map(),
    timers: new Map(),
    hashes: [],
    toBoard: [],
    fromBoard: [],
    restarts: 0,
    off: false,
    slotState: 2,
    pins: new Map(),
  };
  startDesk(desk);
  const application = new Uint8Array(1000).fill(0xe9);
  slotPartition(flash.open({ path: 'running' })).write(
    0,
    packApplication(application, 7, new Uint8Array(32)),
  );

  const seen: unknown[] = [];
  let line = '';
  const reader = new FrameReader({
    onFrame({ payload, type }) {
      line += String.fromCharCode(...payload);
      if (type !== frameType.lineEnd) return;
      seen.push(JSON.parse(line));
      line = '';
    },
    onLost() {},
  });
  const writer = new FrameWriter();
  const ask = (request: unknown) => {
    desk.toBoard.push(...writer.encode(frameType.lineEnd, encodeText(JSON.stringify(request))));
  };
  const listen = () => reader.take(Uint8Array.from(desk.fromBoard.splice(0)));

  // The bootloader's test restarts the chip; what still runs of the first start is gone with its timers.
  try {
    main();
  } catch {
    // The restart.
  }
  listen();
  for (const cancel of desk.timers.values()) cancel();
  desk.timers.clear();
  const restarted = desk.restarts;
  seen.length = 0;
  // A bootloader that watches over what is new.
  desk.slotState = 1;
  desk.off = false;
  main();
  ask({ request: 1, method: 'identify', parameters: null });
  ask({ request: 2, method: 'wifi', parameters: { ssid: 'home', password: 'correct horse' } });
  ask({ request: 3, method: 'nonsense', parameters: null });
  const wait = () => {
    listen();
    const answers = seen.filter(value => typeof (value as { answer?: number }).answer === 'number').length;
    if (answers < 3) return void ports.clock.after(20, wait);
    const stored = [...desk.stores.get('identity')!.keys()].length;
    ports.console.log(
      JSON.stringify({
        restarted,
        restarts: desk.restarts,
        slotState: desk.slotState,
        stored,
        seen,
        pins: [...desk.pins],
      }),
    );
    ports.boot.restart('update');
  };
  ports.clock.after(20, wait);
}
