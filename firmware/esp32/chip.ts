/**
 * What native/chip.c and native/tls.c do, as the manifest's `ffi` hands it over. Bytes are passed as buffers with an
 * offset and a length that C believes: nobody but the files of this room calls these.
 */

export interface ChipFunctions {
  /** Milliseconds since power-on, with a fraction; never goes back. */
  chipMilliseconds(): number;
  /** @param radio 1 when Wi-Fi runs: its noise is what the generator draws from; without, the converter's is used */
  chipFillRandom(target: ArrayBuffer, offset: number, length: number, radio: number): void;
  /** Blinds secp256k1 against an observer of time and power; once, before the first signature. */
  chipBlindCurve(): void;
  /** esp_reset_reason_t. */
  chipResetReason(): number;
  /** 0 for ota_0, 1 for ota_1. */
  chipRunningSlot(): number;
  /** esp_ota_img_states_t of the running slot; −1 when there is none. */
  chipSlotState(): number;
  /** Makes ota_0 or ota_1 the one that starts next, new. 0 or an esp_err_t: the image in it is not one, for example. */
  chipStartNext(slot: number): number;
  /** The running image starts from now on. 0 or an esp_err_t. */
  chipConfirm(): number;
  /** Marks the running image as bad and restarts into the other; comes back, with an esp_err_t, when there is none. */
  chipRollBack(): number;
  chipRestart(): void;
  /** Bit 0: secure boot is on; bit 1: flash encryption is. */
  chipProtection(): number;
  /** 0 or an esp_err_t. Pins of −1 stay as they are. */
  consoleOpen(baud: number, transmit: number, receive: number): number;
  /** Bytes that were read into the buffer. */
  consoleRead(target: ArrayBuffer, most: number): number;
  /** Bytes that the line took. */
  consoleWrite(source: ArrayBuffer, offset: number, length: number): number;
  /** A connection's number, or −1 when there are no more. The authority is a certificate in DER. */
  tlsOpen(host: string, authority: ArrayBuffer, length: number): number;
  /** From the peer; the count of bytes that were taken. */
  tlsTake(connection: number, source: ArrayBuffer, offset: number, length: number): number;
  /** For the peer; the count of bytes that were given. */
  tlsGive(connection: number, target: ArrayBuffer, most: number): number;
  /** 0 while it shakes hands, 1 when open, 2 when the peer ended it, −1 when it failed. */
  tlsStep(connection: number): number;
  tlsRead(connection: number, target: ArrayBuffer, most: number): number;
  tlsWrite(connection: number, source: ArrayBuffer, offset: number, length: number): number;
  /** Why it failed, in ASCII; the count of bytes. */
  tlsCause(connection: number, target: ArrayBuffer, most: number): number;
  tlsClose(connection: number): void;
}
