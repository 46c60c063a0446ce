/** A buyer's desk knows nothing of the seller's: with the board and its code alone the board becomes the buyer's, and is heard. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { start } from '../lasting.js';
import { bin, document, inProcess, temporaryDirectory } from '../support.js';

/** Public test accounts of anvil. */
const operator = {
  address: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  key: '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
};
const buyer = {
  address: '0xa0ee7a142d267c1f36714e4a8f75612f20a79720',
  key: '0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6',
};

testWithChain(
  'a board in hand is claimed from another desk, told its broker and its trust, and heard there',
  async t => {
    t.timeout(600_000);
    const seller = temporaryDirectory(t);
    const before = process.cwd();
    process.chdir(seller);
    t.teardown(() => process.chdir(before));
    const world = start(['start', '--level', '1', '--json'], seller);
    t.teardown(() => world.child.kill('SIGKILL'));
    await world.says('"ready"');
    const json = async (args: string[], environment: Record<string, string> = {}) => {
      const ran = await inProcess([...args, '--json'], environment);
      t.is(ran.status, 0, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      return document(t, ran);
    };
    const app = join(bin, '../../firmware/apps/relay/main.ts');
    const hardware = ['--hardware-name', 'holdfast demo board, revision 1'];
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
    const { broker, channel, rpc } = JSON.parse(readFileSync('.holdfast/project.json', 'utf8'));

    const desk = join(seller, 'buyer');
    mkdirSync(desk);
    process.chdir(desk);
    const asBuyer = {
      HOLDFAST_OWNER_KEY: buyer.key,
      HOLDFAST_DEPLOYER_KEY: buyer.key,
      HOLDFAST_SIGNER_KEYS: `${buyer.key},${operator.key}`,
    };
    const signers = ['--signers', buyer.address, '--signers', operator.address, '--threshold', '2'];
    const { fleet } = await json(['fleet', 'create', '--rpc', rpc, ...signers], asBuyer);
    const trust = { profile: 'development', level: 1, endpoints: [rpc], maximumAge: 2400 };
    writeFileSync('trust.json', JSON.stringify(trust));
    const places = ['--rpc', rpc, '--broker', broker, '--fleet', fleet, '--channel', channel];
    const inHand = ['--board', join(seller, 'second'), '--code-file', code, '--trust', 'trust.json'];
    const claimed = await json(['device', 'claim', device, ...places, ...inHand], asBuyer);
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
