/** The facts that an update rests on, from real contracts over real sockets, and the board's decision by them. */
import type { ExecutionContext } from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { ChainReader } from '../../../firmware/trust/chainReader.js';
import { QuorumTrust } from '../../../firmware/trust/quorum.js';
import { APP_LINE } from '../../../firmware/update/appChain.js';
import { appInterface } from '../../../firmware/update/appSlots.js';
import { decideUpdate } from '../../../firmware/update/decide.js';
import { approvalHash, type Offer, releaseRecord } from '../../../firmware/update/offer.js';
import { UpdateChainReader, type UpdateLine } from '../../../firmware/update/updateChainReader.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { approvedOffer, imageInPlaceOf } from '../../../tools/release/offerOf.js';
import { BOARD_KEY, HARDWARE, Organisation } from '../../fakes/organisation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { image, offerOf } from './release.js';

type Hex = `0x${string}`;

/** The chain of that organisation as its board reads it, of images or of another line. */
function chainOf(t: ExecutionContext, org: Organisation, line?: UpdateLine): UpdateChainReader {
  const { chain, crypto, deviceBytes: device } = org;
  const endpoints = [org.endpoint()];
  const onBadWitness = (report: unknown) => t.fail(JSON.stringify(report));
  const reader = new ChainReader({ crypto, endpoints, onBadWitness });
  const trust = new QuorumTrust({ endpoints, quorum: 1, chainId: chain.chainId, clock: new HandClock() });
  return new UpdateChainReader({ crypto, device, line, reader, trust });
}

testWithChain(
  'published, approved, paused, withdrawn: each is proven from the contracts as they hold it',
  async t => {
    const org = await Organisation.found();
    try {
      const { crypto } = org;
      const chain = chainOf(t, org);
      const channel = Uint8Array.from(Buffer.from(org.channel.slice(2), 'hex'));
      const offer = offerOf(image(7), 7, { channel });
      const release = {
        version: offer.version,
        imageSha256: toHex(offer.imageSha256) as Hex,
        size: offer.size,
        manifestHash: toHex(offer.manifestHash) as Hex,
        floor: 3,
        rollout: 1000,
      };
      const installed = {
        version: 1,
        hardware: HARDWARE,
        channel,
        floor: 0,
        device: org.deviceBytes,
        key: crypto.addressOf(BOARD_KEY)!,
        owner: org.ownerBytes,
      };
      const owner = await org.as('owner');
      const guardian = await org.as('guardian');

      const decide = async (asked: Offer = offer, running = 1) => {
        const [final, newest] = [await chain.facts('finalized', 7), await chain.facts('latest', 7)];
        if (final.verdict !== 'accepted' || newest.verdict !== 'accepted') return 'no facts';
        const verdict = decideUpdate(crypto, asked, final.value, newest.value, {
          ...installed,
          version: running,
        });
        if (verdict.verdict === 'accepted') return 'accepted';
        return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
      };

      t.is(await decide(), 'not_published');
      await owner.channel.publish(org.channel, release, {
        signers: await org.signers('releaseA', 'releaseB'),
      });
      t.is(await decide(), 'not_published', 'not final yet');
      await org.finalise();
      t.is(await decide(), 'not_approved');
      await owner.device.approve(org.device, release);
      await org.finalise();

      const facts = await chain.facts('finalized', 7);
      if (facts.verdict !== 'accepted') return t.fail(facts.evidence);
      const { device, channel: told, trail } = facts.value;
      t.deepEqual(device.approval, approvalHash(crypto, offer));
      t.deepEqual(told.record, releaseRecord(crypto, offer));
      t.is(toHex(device.approval), (await owner.device.read(org.device)).approval as string);
      t.is(toHex(told.record), (await owner.channel.record(org.channel, 7)) as string);
      t.deepEqual([told.newest, told.floor, told.rollout, told.flags], [7, 3, 1000, 0]);
      t.deepEqual(told.hardware, HARDWARE);
      t.true(trail.length >= 12);
      t.is(await decide(), 'accepted');

      await guardian.channel.pause(org.channel);
      t.is(await decide(), 'paused', 'from the newest block on');
      await owner.channel.resume(org.channel, { signers: await org.signers('releaseA', 'releaseB') });
      t.is(await decide(), 'accepted');
      await guardian.fleet.pause(org.fleet);
      t.is(await decide(), 'paused');
      await owner.fleet.resume(org.fleet, { signers: await org.signers('signerA', 'signerB') });
      t.is(await decide(), 'accepted');

      // As for boards that run a newer version, approved as `release approve --in-place-of` does it.
      const back = { ...offer, from: 8 };
      t.is(await decide(offer, 8), 'rollback');
      const imageSha256 = imageInPlaceOf(crypto, release.imageSha256, 8);
      await owner.device.approve(org.device, { ...release, imageSha256 });
      t.is(await decide(back, 8), 'not_approved', 'not final yet');
      await org.finalise();
      const { approval } = await owner.device.read(org.device);
      t.is(toHex(approvalHash(crypto, back)), approval as string);
      t.is(await decide(back, 8), 'accepted');
      t.is(await decide(back, 9), 'rollback');
      t.is(await decide(offer, 8), 'not_approved');
      t.deepEqual(approvedOffer(crypto, offer, approval, 8), back);
      t.is(approvedOffer(crypto, offer, approval, 9), offer);

      await guardian.channel.withdraw(org.channel, 7);
      t.is(await decide(back, 8), 'withdrawn');
    } finally {
      await org.close();
    }
  },
);

testWithChain(
  'the app line is decided by slots 6 and 7 alone: none, another line’s approval, both sides, paused, withdrawn',
  async t => {
    const org = await Organisation.found();
    try {
      const { crypto } = org;
      const chain = chainOf(t, org, APP_LINE);
      const [owner, guardian] = [await org.as('owner'), await org.as('guardian')];
      const hardware = appInterface(crypto, HARDWARE);
      const { channel } = await owner.factory.createChannel({
        hardware: toHex(hardware) as Hex,
        releaseKeys: [org.address('releaseA'), org.address('releaseB')],
        threshold: 2,
        guardians: [org.address('guardian')],
      });
      const offer = offerOf(image(7), 7, { channel: fromHex(channel, 20)! });
      const release = {
        version: offer.version,
        imageSha256: toHex(offer.imageSha256) as Hex,
        size: offer.size,
        manifestHash: toHex(offer.manifestHash) as Hex,
        floor: 3,
        rollout: 1000,
      };
      const decide = async (fields: { version?: number; floor?: number; channel?: Uint8Array } = {}) => {
        const [final, newest] = [await chain.facts('finalized', 7), await chain.facts('latest', 7)];
        if (final.verdict !== 'accepted' || newest.verdict !== 'accepted') return 'no facts';
        const installed = {
          ...{ version: 0, hardware, channel: undefined, floor: 0, device: org.deviceBytes },
          ...{ key: crypto.addressOf(BOARD_KEY)!, owner: org.ownerBytes, ...fields },
        };
        const verdict = decideUpdate(crypto, offer, final.value, newest.value, installed);
        if (verdict.verdict === 'accepted') return 'accepted';
        return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
      };
      const signers = await org.signers('releaseA', 'releaseB');

      t.is(await decide(), 'not_approved', 'slot 6 is zero, and no channel is asked about');
      await owner.device.setAppChannel(org.device, channel);
      await owner.channel.publish(channel, release, { signers });
      await org.finalise();
      t.is(await decide(), 'not_approved');
      await owner.device.approveApp(org.device, release);
      t.is(await decide(), 'not_approved', 'not final yet');
      await org.finalise();
      t.is(await decide(), 'accepted');
      t.is(await decide({ version: 7 }), 'rollback');
      t.is(await decide({ floor: 8 }), 'floor');
      t.is(await decide({ channel: fromHex(org.channel, 20)! }), 'not_approved', 'pinned to another channel');

      await guardian.fleet.pause(org.fleet);
      t.is(await decide(), 'paused');
      await owner.fleet.resume(org.fleet, { signers: await org.signers('signerA', 'signerB') });
      t.is(await decide(), 'accepted');
      await owner.device.clearAppApproval(org.device);
      t.is(await decide(), 'not_approved', 'from the newest block on');
      await owner.device.approveApp(org.device, release);
      await org.finalise();
      await guardian.channel.withdraw(channel, 7);
      t.is(await decide(), 'withdrawn');
    } finally {
      await org.close();
    }
  },
);
