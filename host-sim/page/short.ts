/** Text in which each hash and address is shortened to its ends, for people: `0x123456…abcd`. */
export const short = (text: string): string =>
  text.replace(/0x([0-9a-f]{6})[0-9a-f]{12,}([0-9a-f]{4})/g, '0x$1…$2');
