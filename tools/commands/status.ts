import { type Contracts, type DeviceFacts, type Hex, STATUSES } from '../../contracts/client/index.js';
import { decodeParams } from '../../firmware/app/params.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { readSlots, type Slots } from '../../firmware/device/slots.js';
import type { AppStatus } from '../../firmware/device/status.js';
import { hardwareLine, knownHardwareName } from '../app/hardwareName.js';
import { knownFace, runningApp } from '../app/knownFace.js';
import { openBoard, verifiedStatus } from '../board/openBoard.js';
import { plainKeyWarning } from '../board/owner.js';
import { defineCommand, flag } from '../cli/command.js';
import { toJson } from '../cli/json.js';
import { duration } from '../cli/kinds.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import { placeOf, reportsOf } from '../operator/telemetry.js';
import { boardFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

const chainsWord = (chainId: number, facts: DeviceFacts, fleetPaused: boolean) => {
  const { appApproval, appChannel, approval, channel, epoch, fleet, key, owner, sequence, status } = facts;
  const apps = { appChannel, appApproval };
  return { chainId, status, owner, key, fleet, fleetPaused, channel, approval, ...apps, epoch, sequence };
};

type ChainsWord = ReturnType<typeof chainsWord>;

/** The value of CBOR in a status; undefined for none. */
const plain = (bytes: Uint8Array): unknown => (bytes.length === 0 ? undefined : decodeParams(bytes));

/** The slots, as far as a person should know. */
function slotLines({ idle, running, version }: Slots): string[] {
  const lines =
    running === 'recovery'
      ? ['Recovery  it failed three times in a row, and runs without its app: update it, or cut its power']
      : [];
  if (idle === 'failed') lines.push(`Went back from version ${version}, which failed three times in a row`);
  else if (idle === 'confirmed') lines.push(`Other     slot: version ${version}, confirmed before`);
  return lines;
}

/** The app beside the image, as a status has it: 0x and hex digits. */
const appWord = ({ sha256, slots, version }: AppStatus) => ({
  ...{ version, sha256: toHex(sha256) },
  slots: readSlots(slots),
});

/** The app line, where there is one. */
function appLines(
  app: ReturnType<typeof appWord> | undefined,
  { appApproval, appChannel }: ChainsWord,
): string[] {
  const isNone = (hex: string) => /^0x0+$/.test(hex);
  const lines = app
    ? [
        `App image ${app.version === 0 ? 'none: the app of the image runs' : `version ${app.version} (${app.sha256})`}`,
      ]
    : [];
  if (!isNone(appChannel))
    lines.push(`Apps of   ${appChannel}, approval ${isNone(appApproval) ? 'none' : appApproval}`);
  return lines;
}

/** The time for the batch that the broker kept to come, after the status. */
const TELEMETRY_MS_MAX = 1000;

/** The newest value of each kind in the batch that came last; undefined where none came. */
async function newestReports(channel: BoardChannel) {
  const batch = await channel.telemetry(TELEMETRY_MS_MAX);
  if (!batch) return undefined;
  const newest = new Map(reportsOf(batch).map(report => [report.name, report]));
  return { ...placeOf(batch.counter), newest: [...newest.values()] };
}

/** The hardware that the board's channel is for; undefined where no channel is there. */
async function hardwareOf(settings: Settings, contracts: Contracts, channel: Hex) {
  const hardware = await contracts.channel.hardware(channel).catch(() => undefined);
  if (hardware === undefined) return undefined;
  const name = await knownHardwareName({
    hardware,
    home: settings.home,
    images: settings.find('images'),
    releases: () => contracts.channel.releases(channel),
  });
  return { id: hardware, name };
}

export default defineCommand({
  summary: 'Show what a board says of itself, and what the chain says of it',
  details: 'The board’s status must be signed by the key that its Device holds on chain, else this fails.',
  example: 'holdfast status',
  operands: {},
  flags: { ...boardFlags, wait: flag(duration(3600), 'how long to wait for the status (default 10s)', 10) },
  run: async input => {
    const settings = new Settings(input.flags);
    const contracts = await settings.chain();
    const board = await openBoard(settings, contracts, input);
    try {
      const {
        app: appImage,
        challenge,
        config,
        imageHash,
        owner,
        receiptHead,
        sealingKey,
        signer,
        state,
        trustConfiguration,
        ...numbers
      } = await verifiedStatus(board, input.flags.wait * 1000);
      const { facts } = board;
      const [fleet, hardware, registrations] = await Promise.all([
        contracts.fleet.read(facts.fleet),
        hardwareOf(settings, contracts, facts.channel),
        contracts.factory.registrations(),
      ]);
      await plainKeyWarning(input, contracts, facts.owner);
      const registered = registrations.find(({ device }) => device === facts.address)?.trustConfiguration;
      const trusts = toHex(trustConfiguration);
      if (registered && registered !== trusts) {
        input.note(
          `Its trust configuration is not the one it was registered with (${registered}): a lifecycle command may have set it anew.`,
        );
      }
      if (numbers.lowered > 0) {
        input.warn(
          `A block that answered the board's challenge is ${Math.floor(numbers.lowered / 3600)} h older than what it had been shown before: either that was a forgery, or operators signed an old block. Compare block ${numbers.finalized} with your own node.`,
        );
      }
      const app = await knownFace({
        ...{ contracts, ...runningApp(facts, { app: appImage, imageHash }) },
        ...{ images: settings.find('images'), home: settings.home },
      });
      // The status that the broker keeps may be older than the first batch.
      const reports = numbers.telemetry > 0 || app?.telemetry !== undefined;
      return {
        ok: true,
        device: facts.address,
        presence: board.presence() ?? 'unknown',
        chain: chainsWord(contracts.chain.chainId, facts, fleet.paused),
        board: {
          ...numbers,
          ...{ slots: readSlots(numbers.slots), app: appImage && appWord(appImage) },
          signer,
          owner: toHex(owner),
          challenge: toHex(challenge),
          trustConfiguration: trusts,
          imageHash: toHex(imageHash),
          receiptHead: toHex(receiptHead),
          sealingKey: toHex(sealingKey),
        },
        state: plain(state),
        config: plain(config),
        telemetry: reports ? await newestReports(board.channel) : undefined,
        app,
        hardware,
        waiting: facts.epoch === numbers.epoch ? Math.max(0, facts.sequence - numbers.sequence) : undefined,
      };
    } finally {
      board.close();
    }
  },
  show: ({ app, board, chain, config, device, hardware, presence, state, telemetry, waiting }) => [
    `Device    ${device} on chain ${chain.chainId}: ${chain.status}${chain.fleetPaused ? ', its fleet is paused' : ''}`,
    `Board     ${presence}, image version ${board.version} (${board.imageHash})`,
    ...slotLines(board.slots),
    ...appLines(board.app, chain),
    ...(app ? [`App       ${app.app}: ${Object.keys(app.actions).join(', ')}`] : []),
    ...(state === undefined ? [] : [`State     ${toJson(state)}`]),
    ...(config === undefined ? [] : [`Config    ${toJson(config)} set; all of it: holdfast config get`]),
    ...(telemetry === undefined
      ? []
      : [
          `Telemetry batch ${telemetry.number} of start ${telemetry.start}${telemetry.newest.map(({ name, value }) => `, ${name} ${toJson(value)}`).join('')}`,
        ]),
    `Signed by ${board.signer}, the key that the chain names`,
    `Commands  ${board.sequence} of ${chain.sequence} consumed${waiting ? `, ${waiting} waiting` : ''}; epoch ${board.epoch}`,
    `Receipts  ${board.receiptCounter}, the last ${board.receiptHead}`,
    `Its word  ${board.newest === 0 ? 'it has not read its Device since it started' : `${STATUSES[board.lifecycle].toLowerCase()} at block ${board.newest}`}`,
    `Trust     L${board.level}, block ${board.finalized} is final; configuration ${board.trustConfiguration}`,
    `Owner     ${chain.owner}${board.owner === chain.owner.toLowerCase() ? '' : `; the board knows ${board.owner}`}`,
    ...(hardware ? [`Hardware  ${hardwareLine(hardware.id, hardware.name)}`] : []),
    `Fleet     ${chain.fleet}`,
    `Channel   ${chain.channel}`,
    `Approval  ${/^0x0+$/.test(chain.approval) ? 'none' : chain.approval}`,
  ],
});
