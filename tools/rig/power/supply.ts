/** The power supply of a board on the desk, as a port: the backends of this folder are told what they switch, and nothing else. */
export interface PowerSupply {
  /** For people. */
  readonly name: string;
  /** @throws Failure `power` when the supply does not do it */
  switch(on: boolean): Promise<void>;
  /** The supply's own word; undefined where it has none. @throws Failure `power` */
  state(): Promise<boolean | undefined>;
  /** The current that the board draws now, in milliamperes; left out where the supply does not measure. @throws Failure `power` */
  current?(): Promise<number>;
}
