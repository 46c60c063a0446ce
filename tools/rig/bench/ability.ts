/** The abilities of a target beyond running a board that is commanded: a scenario is run where all that it needs is there. */

export const abilities = {
  power: 'cut the power of the board and give it back',
  writes: 'cut the power of the board inside a write to its flash',
  lines: 'read the lines that the board prints',
  outputs: 'read the outputs of the board',
  inputs: 'set the inputs of the board',
  flash: 'read and write the flash of the board while it is off',
  clock: 'move the time of the chain forward',
  endpoints: 'let the endpoints of the board lie',
  prover: 'let the prover of the board lie',
  images: 'let the image server of the board lie',
  network: 'cut and slow the network of the board',
  parties: 'cut and slow the way to some of those whom the board reaches, and by so many milliseconds',
  updates: 'build images for the board and release them',
  code: 'build images with other code',
} as const;

export type Ability = keyof typeof abilities;
