/** An app image's text in the machine of the image that verified it: it runs there, and takes the place of nothing. */
import { encodeText } from '../../../firmware/bytes/text.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { xsTest } from '../engine/withXs.js';
import { loadingImage, shadowsNothing } from '../process/appShadows.js';
import { boardWith } from '../process/probe.js';

xsTest('an app in XS takes the place of nothing that verifies, and what is no app is refused', async t => {
  const image = encodeImage(1, new Uint8Array(32), encodeText(loadingImage));
  const board = await boardWith(t, image, { engine: { name: 'xs' } });
  await shadowsNothing(t, board, async text => encodeText(text));
  t.is(board.restarts, 0);
});
