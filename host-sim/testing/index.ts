/** `holdfast/testing`: a board for the tests of an app. */
export { type Outcome, type TestBoard, testBoard } from './testBoard.js';
