/**
 * The functions of native/chip.c, console.c and tls.c, as the manifest's `ffi` hands them over. Bytes are passed as
 * buffers with an offset and a length that C believes: only the files of this room call these functions.
 */

export interface ChipFunctions {
  /** Milliseconds since power-on, with a fraction; never goes back. */
  chipMilliseconds(): number;
  /** @param radio 1 when Wi-Fi runs, whose noise feeds the generator; 0: the noise of the converter does */
  chipFillRandom(target: ArrayBuffer, offset: number, length: number, radio: number): void;
  /**
   * Blinds secp256k1 against an observer of time and power; called once, before the first signature.
   * @param radio as of chipFillRandom
   */
  chipBlindCurve(radio: number): void;
  /** The reason of the last reset, esp_reset_reason_t. */
  chipResetReason(): number;
  /** The slot that runs: 0 for ota_0, 1 for ota_1. */
  chipRunningSlot(): number;
  /** The state of the running slot, esp_ota_img_states_t; −1 when there is none. */
  chipSlotState(): number;
  /** Makes ota_0 or ota_1 the next to start, as new. 0 or an esp_err_t, for example when it holds no image. */
  chipStartNext(slot: number): number;
  /** Makes the running image the one that starts from now on. 0 or an esp_err_t. */
  chipConfirm(): number;
  /** 1 when the running image failed again and again and has nothing to go back to: its app must not start. */
  chipRecovers(): number;
  /** Takes the mark off the other slot, since it is about to be written over: nothing goes back to it. 0 or an esp_err_t. */
  chipForgetOther(): number;
  /** Records the end of this run, with its message and stack, and restarts; the start after it counts a failure. */
  chipFault(description: string): void;
  chipRestart(): void;
  /** Sleeps and starts anew after so many milliseconds; does not return. */
  chipDeepSleep(milliseconds: number): void;
  /** Bit 0: secure boot is on; bit 1: flash encryption is. */
  chipProtection(): number;
  /** Opens UART 0. 0 or an esp_err_t. Pins of −1 stay as they are. */
  consoleOpen(baud: number, transmit: number, receive: number): number;
  /** Reads without waiting; the count of bytes that were read into the buffer. */
  consoleRead(target: ArrayBuffer, most: number): number;
  /** Writes without waiting; the count of bytes that the line took. */
  consoleWrite(source: ArrayBuffer, offset: number, length: number): number;
  /** Opens a connection. Its number, or −1 when there are no more. The authority is a certificate in DER. */
  tlsOpen(host: string, authority: ArrayBuffer, length: number): number;
  /** Takes bytes that came from the peer; their count. */
  tlsTake(connection: number, source: ArrayBuffer, offset: number, length: number): number;
  /** Gives bytes that go to the peer; their count. */
  tlsGive(connection: number, target: ArrayBuffer, most: number): number;
  /** Goes on. 0 during the handshake, 1 when open, 2 when the peer ended the connection, −1 when it failed. */
  tlsStep(connection: number): number;
  tlsRead(connection: number, target: ArrayBuffer, most: number): number;
  tlsWrite(connection: number, source: ArrayBuffer, offset: number, length: number): number;
  /** The reason of a failure, in ASCII; the count of bytes. */
  tlsCause(connection: number, target: ArrayBuffer, most: number): number;
  tlsClose(connection: number): void;
}
