/** The state of an input that nothing drives: floating, or pulled to one side. */
export type Pull = 'none' | 'up' | 'down';

/** The pins that an app drives and senses: GPIO and ADC on a chip; in the simulator the console shows them. */
export interface Pins {
  write(pin: number, on: boolean): void;
  /** The value of an analogue input, 0 to 4095. */
  sample(pin: number): number;
  /** The state of a digital input; missing where the platform has none. */
  sense?(pin: number, pull: Pull): boolean;
}
