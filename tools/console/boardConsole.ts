/** A board's local console as a port: who talks here holds the board in hand. */

export interface BoardConsole {
  /** Methods of firmware/device/provisioning.ts. Rejects with the board's own words. */
  request(method: string, parameters?: unknown): Promise<unknown>;
  close(): Promise<void>;
}
