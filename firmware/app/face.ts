/** The face of the framework to whoever writes an app: `holdfast/app`. Nothing else of the firmware is promised to stay. */
export { type Action, type ActionOptions, action, type Ordered, type Result } from './action.js';
export { type App, defineApp } from './app.js';
export type { Board, LogLevel, MakeApp } from './board.js';
export type { AnalogPin } from './io/analog.js';
export type { ByteBuffer } from './io/buffer.js';
export type { DigitalOptions, DigitalPin } from './io/digital.js';
export type { I2cIo, I2cOptions } from './io/i2c.js';
export type { Io } from './io/io.js';
export type { PwmOptions, PwmPin } from './io/pwm.js';
export type { SerialIo, SerialOptions } from './io/serial.js';
export type { SmbusIo, SmbusOptions } from './io/smbus.js';
export type { SpiIo, SpiOptions } from './io/spi.js';
export type { QuietHours } from './quiet.js';
export type { Settings, SettingsOptions } from './settings.js';
export type { Store } from './store.js';
export { type Telemetry, type TelemetryOptions, telemetry } from './telemetry.js';
