/** What an app drives and senses. In the simulator the console shows it, on a chip these are GPIO and ADC. */
export interface Pins {
  write(pin: number, on: boolean): void;
  /** The value of an analogue input, 0 to 4095. */
  sample(pin: number): number;
}
