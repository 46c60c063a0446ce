/** The hostile parties of a campaign; apart, since the command's help needs no more of them. */
export const foeNames = ['endpoint', 'prover', 'images', 'broker'] as const;

export type FoeName = (typeof foeNames)[number];
