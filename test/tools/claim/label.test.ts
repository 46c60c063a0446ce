import test from 'ava';
import decodeQR from 'qr/decode.js';
import { claimCode, NotAClaimCode } from '../../../tools/claim/code.js';
import { labelSvg, labelZpl, qrText, readQrText, terminalQr } from '../../../tools/claim/label.js';

const device = `0x${'5b'.repeat(20)}` as const;
const label = { chainId: 31337, device, code: claimCode(new Uint8Array(16).fill(9)) };

/** The text in a matrix of dark modules, as a camera reads it: four pixels a module, black on white. */
function scan(dark: boolean[][]): string {
  const scale = 4;
  const size = dark.length * scale;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (dark[Math.floor(y / scale)][Math.floor(x / scale)])
        data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return decodeQR({ width: size, height: size, data }, { timeLimit: 60_000 });
}

test('the QR of the terminal is read back, text for text', t => {
  const lines = terminalQr(label);
  const width = lines[0].length;
  t.true(width <= 60, `${width} columns`);
  const dark = lines.flatMap(line => [
    [...line].map(sign => sign === ' ' || sign === '▄'),
    [...line].map(sign => sign === ' ' || sign === '▀'),
  ]);
  t.is(scan(dark.slice(0, width)), qrText(label));
});

test('the QR of the label is read back, and beside it stand the code and the Device', t => {
  const svg = labelSvg(label);
  const size = Number(/<svg x=[^>]*viewBox="0 0 (\d+) /.exec(svg)![1]);
  const dark = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) dark[Number(y)][Number(x)] = true;
  t.is(scan(dark), qrText(label));
  const printed = [...svg.matchAll(/>([0-9A-Z-]+)<\/text>/g)].map(([, text]) => text);
  t.is(printed.join('-'), label.code);
  for (const fact of [device, 'chain 31337'])
    t.true(svg.includes(`>${fact}</text>`) || svg.includes(`\n${fact}</text>`));
});

test('what a QR holds is taken in place of the code alone; a QR of another kind is refused', t => {
  t.deepEqual(readQrText(qrText(label)), { chainId: 31337, device, code: label.code.replaceAll('-', '') });
  t.deepEqual(readQrText(qrText(label).toLowerCase()), {
    chainId: 31337,
    device,
    code: label.code.replaceAll('-', ''),
  });
  t.deepEqual(readQrText(` ${label.code}\n`), { code: label.code });
  for (const text of ['HOLDFAST:1', qrText(label).slice(0, -1), `${qrText(label)}0`]) {
    t.throws(() => readQrText(text), { instanceOf: NotAClaimCode });
  }
});

test('the label for a label printer holds the QR’s text, the code and the number, and no command but its own', t => {
  const zpl = labelZpl({ ...label, serialNumber: 'A-0001' });
  t.true(zpl.includes(`^FDMA,${qrText(label)}^FS`));
  t.true(zpl.includes('^FDNo. A-0001^FS'));
  t.true(zpl.includes(label.code.slice(0, 11)));
  t.is(zpl.match(/\^XA/g)!.length + zpl.match(/\^XZ/g)!.length, 2);
  for (const [, data] of zpl.matchAll(/\^FD(.*?)\^FS/g)) t.notRegex(data, /[\^~]/);
});
