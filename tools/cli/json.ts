/** Results as JSON: what has no JSON form of its own gets one. */

/** Bytes become 0x…, big integers decimal text. */
export const toJson = (value: unknown, indent?: number): string =>
  JSON.stringify(
    value,
    (_, member) => {
      if (typeof member === 'bigint') return member.toString();
      if (member instanceof Uint8Array) return `0x${Buffer.from(member).toString('hex')}`;
      return member;
    },
    indent,
  );
