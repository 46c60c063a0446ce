/**
 * Private members of the firmware's classes as plain ones, `#head` as `_head`, in what is built for a machine. To XS
 * each `#name` is a closure of every method that uses it, which costs 44 KB of flash and 388 slots of heap in all
 * (measured), and what it keeps from others is kept twice: an app on the board, which shares the realm, is given no
 * object of the firmware. Where keys and passwords lie, members stay private all the same.
 */

/** Files, or beginnings of paths, whose members stay private. */
const staysPrivate = [
  'firmware/crypto/',
  'firmware/seal/',
  'firmware/device/identity',
  'firmware/device/mailbox',
  'firmware/device/brokerConnection',
  'firmware/ledger/authenticJournal',
  'firmware/mqtt/client',
];

const PRIVATE_NAME = /(?<![\w$#'"`/])#([A-Za-z]\w*)/g;

/**
 * The text of a file with its private members made plain. By text and not by a parser, since images are built while a
 * person waits; a test holds that nothing but private names is touched.
 *
 * @param path from the repository's root, with forward slashes
 * @param nameOf what stands for a private name, given that and its place among those of the file
 */
export function openPrivateMembers(
  path: string,
  text: string,
  nameOf: (name: string, place: number) => string = name => `_${name}`,
): string {
  const isOurs = path.startsWith('firmware/') && !staysPrivate.some(start => path.startsWith(start));
  if (!isOurs) return text;
  const places = new Map<string, number>();
  return text.replace(PRIVATE_NAME, (_, name: string) => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return nameOf(name, place);
  });
}
