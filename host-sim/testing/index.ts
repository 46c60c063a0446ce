/** `holdfast/testing`: a board for the tests of an app. */
export type { BusEvent, SimulatedI2c, SimulatedSpi } from '../node/board/buses.js';
export { type RegisterDevice, registers } from '../node/board/registers.js';
export type { SimulatedLine } from '../node/board/serialLines.js';
export { type Outcome, type TestBoard, testBoard, type Wiring } from './testBoard.js';
