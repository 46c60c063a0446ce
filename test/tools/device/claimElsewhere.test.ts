/** A buyer's desk knows nothing of the seller's: with the board and its code alone the board becomes the buyer's, and is heard. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { bin, temporaryDirectory } from '../support.js';
import { asBuyer, buyer, operator, startDesk } from './desk.js';

testWithChain(
  'a board in hand is claimed from another desk, told its broker and its trust, and heard there',
  async t => {
    const { cwd: seller, json, project } = await startDesk(t, '--level', '1');
    const app = join(bin, '../../firmware/apps/relay/main.ts');
    const hardware = ['--hardware', 'holdfast demo board, revision 1'];
    await json(['image', 'build', app, '--version', '1', ...hardware, '--out', 'first.img']);
    await json(['flash', 'second', 'first.img']);
    const code = join(seller, 'code.txt');
    const { address: device, claimKey } = await json([
      'provision',
      '--board',
      'second',
      '--claim-file',
      code,
    ]);
    t.regex(claimKey, /^0x[0-9a-f]{40}$/);
    const { broker, channel, rpc } = project;

    // Not below the seller's: from there the seller's project would be found.
    const desk = temporaryDirectory(t);
    process.chdir(desk);
    const signers = ['--signers', buyer.address, '--signers', operator.address, '--threshold', '2'];
    const { fleet } = await json(['fleet', 'create', '--rpc', rpc, ...signers], 0, asBuyer);
    const trust = { profile: 'development', level: 1, endpoints: [rpc], maximumAge: 2400 };
    writeFileSync('trust.json', JSON.stringify(trust));
    const places = ['--rpc', rpc, '--broker', broker, '--fleet', fleet, '--channel', channel];
    const inHand = ['--board', join(seller, 'second'), '--code-file', code, '--trust', 'trust.json'];
    const claimed = await json(['device', 'claim', device, ...places, ...inHand], 0, asBuyer);
    t.like(claimed, {
      owner: buyer.address,
      fleet,
      epoch: 1,
      set: { order: { receipt: { outcome: 'done' } } },
    });
    const { board } = await json(['status', '--rpc', rpc, '--broker', broker, '--device', device]);
    t.like(board, { owner: buyer.address, trustConfiguration: claimed.shown.trustConfiguration });
    const [theirs, ours] = [seller, desk].map(home =>
      readFileSync(join(home, '.holdfast/access', `${device}.json`), 'utf8'),
    );
    t.not(ours, theirs);
  },
);
