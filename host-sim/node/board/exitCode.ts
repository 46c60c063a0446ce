/** The exit codes of a board's process, by which its power supply tells its ends apart. Numbers after sysexits.h. */
export const exitCode = {
  /** Wrong command line. */
  usage: 64,
  /** An error that the image did not catch, or `restart('fault')`. */
  fault: 70,
  /** The image asked for a restart. */
  restart: 75,
  /** The console was lost or talks nonsense: nobody holds this board. */
  consoleLost: 76,
  /** The power failed inside a write to flash, as the holder wished. */
  powerFailed: 77,
  /** No slot holds an image that may be started: somebody has to flash one. */
  nothingToStart: 78,
} as const;
