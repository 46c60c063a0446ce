/** Packets of a serial line (RFC 1055). */

const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

export function slip(packet: Uint8Array): Uint8Array {
  const bytes = [END];
  for (const byte of packet) {
    if (byte === END) bytes.push(ESCAPE, ESCAPED_END);
    else if (byte === ESCAPE) bytes.push(ESCAPE, ESCAPED_ESCAPE);
    else bytes.push(byte);
  }
  return Uint8Array.from([...bytes, END]);
}

/** Takes bytes as they come, and tells each packet. */
export function packetReader(onPacket: (packet: Buffer) => void): (bytes: Uint8Array) => void {
  let packet: number[] = [];
  let escaping = false;
  return bytes => {
    for (const byte of bytes) {
      if (byte === END) {
        const whole = packet;
        [packet, escaping] = [[], false];
        if (whole.length > 0) onPacket(Buffer.from(whole));
      } else if (escaping) {
        packet.push(byte === ESCAPED_END ? END : ESCAPE);
        escaping = false;
      } else if (byte === ESCAPE) escaping = true;
      else packet.push(byte);
    }
  };
}
