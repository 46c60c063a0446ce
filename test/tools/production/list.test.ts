import test from 'ava';
import { LIST_BOARDS_MAX, parseList } from '../../../tools/production/list.js';

const owner = `0x${'Ab'.repeat(20)}`;

test('a list as spreadsheets write it is read: byte order mark, Windows’ line ends, semicolons, quotes, other columns', t => {
  t.deepEqual(
    parseList(`\ufeffSerial;Note;Port;Owner\r\nA-1;"red; big";/dev/ttyUSB0;\r\n\r\n A.2 ; ; ;${owner}\r\n`),
    [
      { serialNumber: 'A-1', port: '/dev/ttyUSB0' },
      { serialNumber: 'A.2', owner: owner.toLowerCase() as `0x${string}` },
    ],
  );
  t.deepEqual(parseList('serial,note\n1,"a ""b"", c"\n2'), [{ serialNumber: '1' }, { serialNumber: '2' }]);
});

test('a list that is wrong is refused with its line', t => {
  const wrong: [text: string, said: RegExp][] = [
    ['serail\nA', /^line 1: there is no column serial \(did you mean serail\?\)/],
    ['', /^line 1:/],
    ['serial\n\n', /no board/],
    ['serial\nA\nb\na', /^line 4: a stands in line 2 already/],
    ['serial\n../A', /^line 2: .* is no serial number/],
    ['serial\nA^XZ', /^line 2: .* is no serial number/],
    [`serial\n${'A'.repeat(37)}`, /^line 2:/],
    ['serial,owner\nA,0x12', /^line 2: owner takes an address/],
    ['serial\n"A', /^line 2: a quote is not closed/],
    ['serial\n"A"B', /^line 2: something stands behind/],
    [`serial\n${Array.from({ length: LIST_BOARDS_MAX + 1 }, (_, i) => i).join('\n')}`, /boards at most/],
  ];
  for (const [text, said] of wrong) t.throws(() => parseList(text), { message: said }, text.slice(0, 40));
});
