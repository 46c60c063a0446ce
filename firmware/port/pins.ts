/** The pins that an app drives and senses: GPIO and ADC on a chip; in the simulator the console shows them. */
export interface Pins {
  write(pin: number, on: boolean): void;
  /** The value of an analogue input, 0 to 4095. */
  sample(pin: number): number;
  /**
   * The state of a digital input; missing where the platform has none yet.
   *
   * @param idle the state of a pin that nothing drives: true with a pull-up
   */
  sense?(pin: number, idle: boolean): boolean;
}
