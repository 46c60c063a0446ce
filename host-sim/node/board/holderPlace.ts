/** The place at which a board's process finds its holder, as its command line has it. */

/** The holder's address. */
export interface HolderPlace {
  host: string;
  port: number;
}

/** @throws Error unless the text is HOST:PORT */
export function parseHolderPlace(text: string | undefined): HolderPlace {
  const at = /^(.+):(\d{1,5})$/.exec(text ?? '');
  if (!at) throw new Error('--console HOST:PORT is needed: a board runs only while somebody holds it');
  return { host: at[1], port: Number(at[2]) };
}
