/** The face of the framework to whoever writes an app: `holdfast/app`. Nothing else of the firmware is promised to stay. */
export { type Action, type ActionOptions, action, type Result } from './action.js';
export { type App, defineApp } from './app.js';
export type { Board, LogLevel, MakeApp } from './board.js';
export type { AnalogPin, DigitalOptions, DigitalPin, Io } from './io.js';
export type { Store } from './store.js';
