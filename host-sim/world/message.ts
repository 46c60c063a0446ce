/** A message at the virtual broker. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  retain: boolean;
}
