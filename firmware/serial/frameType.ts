/** What the frames on a board's serial line mean. */
export const frameType = {
  /** Text, and the line goes on in the next. */
  line: 1,
  lineEnd: 2,
  /** Of a tunnelled connection: id and port, then the host. From the board. */
  open: 3,
  data: 4,
  /** With the cause, unless the peer closed; from the board without. */
  close: 5,
  /** So many more bytes may be sent; the holder's first means connected. */
  credit: 6,
  /** From the holder, every second. */
  ping: 7,
  /** What memory was used, as JSON. From the board, before it ends. */
  use: 8,
  /** Frames were lost. */
  reset: 9,
  /** The board's last, and that it has come: what was not read of a line that closes is lost. */
  end: 10,
} as const;
