/**
 * Input and output in the shapes of ECMA-419 (second edition, IO classes), over the pins and buses that the platform
 * has. A driver takes its class from here: `new Driver({ sensor: { io: board.io.SMBus, data, clock } })`.
 */

import { type AnalogClass, analogClass } from './analog.js';
import { type DigitalClass, digitalClass } from './digital.js';
import { type IoHost, OpenIo } from './host.js';
import { type I2cClass, i2cClass } from './i2c.js';
import { type PwmClass, pwmClass } from './pwm.js';
import { type SerialClass, serialClass } from './serial.js';
import { type SmbusClass, smbusClass } from './smbus.js';
import { type SpiClass, spiClass } from './spi.js';

/** The classes of pins and buses. An app has 32 open at once; all are closed when it ends. */
export interface Io {
  readonly Digital: DigitalClass;
  readonly Analog: AnalogClass;
  readonly PWM: PwmClass;
  readonly I2C: I2cClass;
  readonly SMBus: SmbusClass;
  readonly SPI: SpiClass;
  readonly Serial: SerialClass;
}

/** The classes over a platform's pins and buses, and what closes all that was opened with them. */
export function ioOf(host: IoHost): { io: Io; closeAll(): void } {
  const open = new OpenIo();
  const I2C = i2cClass(host, open);
  const io = {
    Digital: digitalClass(host, open),
    Analog: analogClass(host),
    PWM: pwmClass(host, open),
    I2C,
    SMBus: smbusClass(I2C),
    SPI: spiClass(host, open),
    Serial: serialClass(host, open),
  };
  return { io, closeAll: () => open.closeAll() };
}
