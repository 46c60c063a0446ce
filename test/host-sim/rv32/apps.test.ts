/** An app image's bytecode in the machine of the image that verified it: it runs there, and takes the place of nothing. */
import { encodeText } from '../../../firmware/bytes/text.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { makeAppBody, makeBody } from '../../../host-sim/rv32/image.js';
import { appText, loadingImage, shadowsNothing, VERIFIED } from '../process/appShadows.js';
import { boardWith, testOnRv32 } from './withBoard.js';

testOnRv32(
  'an app on an emulated board takes the place of nothing that verifies, and what is no app is refused',
  async t => {
    const image = encodeImage(1, new Uint8Array(32), await makeBody(loadingImage));
    const board = await boardWith(t, image);
    const isRefused = (text: string) =>
      makeAppBody(text).then(
        () => false,
        () => true,
      );
    await shadowsNothing(t, board, makeAppBody, isRefused);
    const load = async (body: Uint8Array) => board.request('load', [...body]);
    const text = appText('return () => "mine"');
    t.deepEqual(
      await load(encodeText(text)),
      ['refused: not one whole piece of bytecode', VERIFIED],
      'an app for Node and XS',
    );
    const whole = await makeAppBody(text);
    t.deepEqual(await load(whole), ['app: mine', VERIFIED]);
    const torn = [
      whole.slice(0, -1),
      ...[17, whole.length - 1].map(at => whole.map((byte, i) => (i === at ? byte ^ 0xff : byte))),
    ];
    for (const body of torn) t.regex(`${await load(body)}`, /^refused: .*genuine true, forged false$/);
    t.is(board.restarts, 0);
  },
);
