/**
 * RFC 8439, A.3, vectors 5 to 11: where the arithmetic modulo 2^130 - 5 is at its edges. Whole blocks only, which an
 * AEAD's padding leaves as they are.
 */
const zeros = (count: number) => '00'.repeat(count);
const ones = (count: number) => 'ff'.repeat(count);
const block = (first: string) => `${first}${zeros(16 - first.length / 2)}`;

const farApart = `01${zeros(7)}04${zeros(7)}${zeros(16)}`;
const carried = `${block('e33594d7505e43b9')}${block('3394d7505e4379cd01')}${zeros(16)}`;

/** In hexadecimal. */
export const poly1305Edges: readonly { key: string; text: string; tag: string }[] = [
  { key: block('02') + zeros(16), text: ones(16), tag: block('03') },
  { key: block('02') + ones(16), text: block('02'), tag: block('03') },
  { key: block('01') + zeros(16), text: `${ones(16)}f0${ones(15)}${block('11')}`, tag: block('05') },
  {
    key: block('01') + zeros(16),
    text: `${ones(16)}fb${'fe'.repeat(15)}${'01'.repeat(16)}`,
    tag: zeros(16),
  },
  { key: block('02') + zeros(16), text: `fd${ones(15)}`, tag: `fa${ones(15)}` },
  { key: farApart, text: carried + block('01'), tag: block('140000000000000055') },
  { key: farApart, text: carried, tag: block('13') },
];
