/** Moddable SDK 8.2: modules/base/timer, as far as they are used here. */

declare module 'timer' {
  /** The identity of a running timer; of no other use. */
  export interface TimerId {
    readonly brand: 'timer';
  }
  const Timer: {
    /** Once, after so many milliseconds. */
    set(callback: () => void, milliseconds?: number): TimerId;
    repeat(callback: () => void, milliseconds: number): TimerId;
    /** Throws on a timer that has fired or was cleared. */
    clear(timer: TimerId | undefined): void;
  };
  export default Timer;
}
