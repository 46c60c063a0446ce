/**
 * mqtt-packet as a board gets it: the half of a client. A board writes and reads no packet of the other half, its codec
 * reads and writes messages itself, and what is left out cost 30 KB of a chip's flash: functions, texts of error codes and refusals that
 * are only asked whether they are there, words for a debugger, and headers of packets that nobody writes. The package stays
 * as it is; a change of its text that this does not expect ends the build, and tests compare what boards write and read
 * with the whole package.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Functions of writeToStream.js that write what only a server does, or what no board does. */
const unwritten = ['connack', 'publish', 'suback', 'unsubscribe', 'unsuback', 'auth'];
/** Methods of parser.js that read it; without them such a packet is read as an empty one, which the codec refuses. */
const unread = [
  ...[
    '_parseConnect',
    '_parsePublish',
    '_parseSubscribe',
    '_parseUnsubscribe',
    '_parseUnsuback',
    '_parseAuth',
  ],
];
/** Types whose headers stand for all flags, twelve buffers each. */
const headersUnwritten = ['publish', 'unsubscribe', 'unsuback', 'pubcomp', 'pubrel', 'pubrec'];

/** A change of the text: what it looks for, and how often that is there. */
type Change = readonly [find: RegExp, put: string, count: number];

const debugging: readonly Change[] = [[/^const debug = .*$/gm, '', 1]];
const debugCall = /^[ \t]*debug\(.*\)$/gm;

/** File of the package → changes, in order. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  'parser.js': [
    ...debugging,
    ...unread.map((name): Change => [body(`  ${name} \\(\\) `, '  '), `  ${name} () {}`, 1]),
  ],
  'writeToStream.js': [
    ...debugging,
    ...unwritten.map(
      (name): Change => [
        body(`function ${name} \\(packet, stream, opts\\) `, ''),
        `function ${name} () { throw new Error('no board writes it') }`,
        1,
      ],
    ),
    // The codec asks only whether a packet was refused.
    [/\bstream\.destroy\(new Error\(('[^']*'|`[^`]*`)\)\)/g, 'stream.destroy()', 31],
  ],
  'constants.js': [
    [/^protocol\.MQTT5_(UNSUBACK|AUTH)_CODES = \{[\s\S]*?^\}$/gm, '', 2],
    [/^protocol\.(SUBACK_HEADER|CONNACK_HEADER|SESSIONPRESENT_HEADER|VERSION13[12]) = .*$/gm, '', 5],
    [/^protocol\.(SUBSCRIBE_OPTIONS_\w+_(MASK|SHIFT)|WILL_QOS_MASK) = .*$/gm, '', 8],
    [/^protocol\.QOS = \[[\s\S]*?^\}\)$/gm, '', 1],
    // Of the headers of SUBSCRIBE and PUBACK a board writes those that are no repetition and not retained.
    [/\[0, 1, 2\]\.map\(qos =>/g, '[0, 1].map(qos =>', 1],
    [/\[0, 1\]\.map\((dup|retain) =>/g, '[0].map($1 =>', 2],
    [/^( {2}0x[\dA-F]{2}): '[^']*'/gm, '$1: 1', 52],
    ...headersUnwritten.map((type): Change => [new RegExp(`genHeader\\('${type}'\\)`, 'g'), 'undefined', 1]),
  ],
  // Gathers a packet in one buffer, which the codec does.
  'generate.js': [[/^[\s\S]*$/, 'module.exports = undefined', 1]],
};

/** A function from its head to the brace that stands as far to the left. */
function body(head: string, indent: string): RegExp {
  return new RegExp(`^${head}\\{\\n[\\s\\S]*?^${indent}\\}$`, 'gm');
}

/**
 * The text of a file of mqtt-packet without the other half.
 *
 * @param file its name, such as parser.js
 * @throws Error when the text is not that of the version that this was made for
 */
export function withoutServer(file: string, text: string): string {
  let left = text;
  for (const [find, put, count] of changes[file] ?? []) {
    const found = left.match(find)?.length ?? 0;
    if (found !== count)
      throw new Error(
        `mqtt-packet/${file} is another than expected: ${found} of ${count} places for ${find}`,
      );
    left = left.replace(find, put);
  }
  return left.replace(debugCall, '');
}

/** Gives every bundle of a board the half of a client. */
export const clientHalf: Plugin = {
  name: 'client-half',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]mqtt-packet[\\/]\w+\.js$/ }, ({ path }) => ({
      contents: withoutServer(path.replace(/^.*[\\/]/, ''), readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};
