/** Somebody changes an image on its way: nothing of it is started, and the published one is installed afterwards. */
import { scenario } from '../../tools/rig/scenario.js';

const lies = [
  ['a changed byte', 'image_hash'],
  ['a kilobyte more', 'image_size'],
  ['bytes of another place', 'image_hash'],
] as const;

export default lies.map(([images, code]) =>
  scenario({
    name: `an image server that lies: ${images}`,
    setup: [{ build: {} }, { publish: {} }, { approve: {} }, { now: {} }],
    steps: [
      { lie: { images } },
      { refuse: { code } },
      { honest: {} },
      { install: {} },
      { state: { restarts: 1 } },
    ],
  }),
);
