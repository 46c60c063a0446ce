/** The types of frames on a board's serial line. */
export const frameType = {
  /** A piece of a line of text, which goes on in the next frame. */
  line: 1,
  /** The last piece of a line. */
  lineEnd: 2,
  /** A tunnelled connection begins: id and port, then the host. From the board. */
  open: 3,
  /** Bytes of a tunnelled connection. */
  data: 4,
  /** A tunnelled connection ends: with the cause unless the peer closed it; from the board without a cause. */
  close: 5,
  /** The count of further bytes that may be sent; the holder's first one means: connected. */
  credit: 6,
  /** A sign of life from the holder, every second. */
  ping: 7,
  /** The memory that was used, as JSON. From the board, before it ends. */
  use: 8,
  /** Frames were lost. */
  reset: 9,
  /** The board's last frame, and the holder's word that it has come: bytes unread when a line closes are lost. */
  end: 10,
} as const;
