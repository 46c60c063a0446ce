/** All commands, with what help says of them; the rest of a command is loaded when it runs. */
import type { Command } from '../cli/command.js';

export interface Entry {
  summary: string;
  load(): Promise<{ default: Command }>;
  /** True when it shows by itself, all the time, that it works, or gives the terminal to another program. */
  live?: boolean;
  /** Milliseconds that it may take to end what it started, after Ctrl-C. */
  cleanUp?: number;
}

/** In the order in which a newcomer needs them. */
export const commands: Readonly<Record<string, Entry>> = {
  demo: {
    summary: 'See a board obey its contracts and nobody else',
    live: true,
    load: () => import('./demo.js'),
    cleanUp: 10_000,
  },
  start: {
    summary: 'Start a simulated world and leave it running',
    load: () => import('./start.js'),
    cleanUp: 10_000,
  },
  init: { summary: 'Begin the firmware of a board in a new folder', load: () => import('./init.js') },
  test: { summary: 'Run the tests of an app', live: true, load: () => import('./test.js') },
  'rig run': {
    summary: 'Run scenarios on a board',
    load: () => import('./rig/run.js'),
    // A supply may take its fifteen seconds, and be switched still.
    cleanUp: 45_000,
  },
  'rig serve': {
    summary: 'Offer the boards of a bench to runners elsewhere',
    live: true,
    load: () => import('./rig/serve.js'),
    cleanUp: 45_000,
  },
  'rig boards': { summary: 'List the real boards of a bench', load: () => import('./rig/boards.js') },
  'rig steps': { summary: 'List the steps of scenarios', load: () => import('./rig/steps.js') },
  attack: {
    summary: 'Attack a board in operation, and judge what it did',
    live: true,
    load: () => import('./attack.js'),
    cleanUp: 10_000,
  },
  sim: {
    summary: 'Replay a faulty world from one seed',
    live: true,
    load: () => import('./sim.js'),
    cleanUp: 10_000,
  },
  'world up': {
    summary: 'Start many simulated boards',
    live: true,
    load: () => import('./world/up.js'),
    cleanUp: 60_000,
  },
  'world list': { summary: 'Show the boards of a world', load: () => import('./world/list.js') },
  'world restart': { summary: 'Restart boards of a world', load: () => import('./world/restart.js') },
  'world down': { summary: 'End a world of many boards', load: () => import('./world/down.js') },
  replay: {
    summary: 'Run a recording of a board again',
    live: true,
    load: () => import('./replay.js'),
    cleanUp: 10_000,
  },
  explain: {
    summary: 'Say what a code, a cause or a failure means',
    load: () => import('./explain.js'),
  },
  completion: {
    summary: 'Let a shell complete command lines',
    load: async () => {
      const { completion } = await import('./completion.js');
      return { default: completion(() => allCommands()) };
    },
  },
  doctor: { summary: 'Look whether everything is in place', load: () => import('./doctor.js') },
  'key new': { summary: 'Make a key in a new keystore', load: () => import('./key/new.js') },
  'key import': { summary: 'Put an existing key into a keystore', load: () => import('./key/import.js') },
  'key address': { summary: 'Show the address of a key', load: () => import('./key/address.js') },
  'key telemetry': {
    summary: 'Show the key that boards seal results to',
    load: () => import('./key/telemetry.js'),
  },
  deploy: { summary: 'Deploy the contracts', load: () => import('./deploy.js') },
  'fleet create': { summary: 'Create a fleet', load: () => import('./fleet/create.js') },
  'fleet show': { summary: 'Show a fleet', load: () => import('./fleet/show.js') },
  'fleet grant': { summary: 'Give somebody a role, or take it', load: () => import('./fleet/grant.js') },
  'fleet delegate': { summary: 'Let a plain key sign one action', load: () => import('./fleet/delegate.js') },
  'fleet pause': { summary: 'Pause a fleet at once', load: () => import('./fleet/pause.js') },
  'fleet resume': { summary: 'Let a paused fleet go on', load: () => import('./fleet/resume.js') },
  'fleet bump-epoch': {
    summary: 'Void what is not yet executed',
    load: () => import('./fleet/bumpEpoch.js'),
  },
  'channel create': { summary: 'Create a release channel', load: () => import('./channel/create.js') },
  'channel made': { summary: 'Tell a channel which boards it made', load: () => import('./channel/made.js') },
  'channel show': { summary: 'Show a channel and its releases', load: () => import('./channel/show.js') },
  'channel pause': { summary: 'Pause a channel at once', load: () => import('./channel/pause.js') },
  'channel resume': { summary: 'Let a paused channel go on', load: () => import('./channel/resume.js') },
  'image build': { summary: 'Build an image from source', load: () => import('./image/build.js') },
  flash: { summary: 'Write a first image into a simulated board', load: () => import('./flash.js') },
  'board run': {
    summary: 'Keep a simulated board switched on',
    live: true,
    load: () => import('./board/run.js'),
    cleanUp: 10_000,
  },
  provision: {
    summary: 'Register a board from its console',
    load: () => import('./provision.js'),
    cleanUp: 10_000,
  },
  'device transfer': {
    summary: 'Offer a board to another account',
    load: () => import('./device/transfer.js'),
  },
  'device accept': { summary: 'Take over a board offered to you', load: () => import('./device/accept.js') },
  'device claim-code': {
    summary: 'Make a claim code for a box',
    load: () => import('./device/claimCode.js'),
  },
  'device claim': {
    summary: 'Claim a board with the code of its box',
    load: () => import('./device/claim.js'),
  },
  'device suspend': {
    summary: 'Let a board run nothing, at once',
    load: () => import('./device/suspend.js'),
  },
  'device lift': { summary: 'Let a stopped board go on', load: () => import('./device/lift.js') },
  'device stolen': { summary: 'Report a board as lost or stolen', load: () => import('./device/stolen.js') },
  'device bump-epoch': {
    summary: 'Void what a board did not yet run',
    load: () => import('./device/bumpEpoch.js'),
  },
  'device app-line': {
    summary: 'Name the channel of a board’s apps',
    load: () => import('./device/appLine.js'),
  },
  'device relink': { summary: 'Give voided orders again', load: () => import('./device/relink.js') },
  'device rotate-key': { summary: 'Give a board a new key', load: () => import('./device/rotateKey.js') },
  'device set-trust': {
    summary: 'Give a board another trust configuration',
    load: () => import('./device/setTrust.js'),
  },
  'device wifi': { summary: 'Give a board another Wi-Fi, on trial', load: () => import('./device/wifi.js') },
  'device retire': { summary: 'Retire a board for ever', load: () => import('./device/retire.js') },
  command: { summary: 'Command a board, wait for its signed receipt', load: () => import('./command.js') },
  'config get': {
    summary: 'Show the configuration of a board’s app',
    load: () => import('./config/get.js'),
  },
  'config set': {
    summary: 'Change the configuration of a board’s app',
    load: () => import('./config/set.js'),
  },
  'secret set': { summary: 'Give the app of a board a secret', load: () => import('./secret/set.js') },
  deliver: { summary: 'Deliver a kept envelope again', load: () => import('./deliver.js') },
  status: { summary: 'Show what board and chain say', load: () => import('./status.js') },
  telemetry: {
    summary: 'Follow what the app of a board reports',
    live: true,
    load: () => import('./telemetry.js'),
  },
  crashes: {
    summary: 'Group the crashes of boards',
    live: true,
    load: () => import('./crashes.js'),
  },
  monitor: { summary: 'Follow what a board says', live: true, load: () => import('./monitor.js') },
  receipts: {
    summary: 'Ask a board again for receipts that were missed',
    load: () => import('./receipts.js'),
  },
  audit: { summary: 'Check receipts and commands of a board', load: () => import('./audit.js') },
  checkpoint: { summary: 'Sign a final block for boards', load: () => import('./checkpoint.js') },
  prover: {
    summary: 'Answer boards that verify finality themselves',
    live: true,
    load: () => import('./prover.js'),
    cleanUp: 10_000,
  },
  'broker mosquitto': {
    summary: 'Write accounts and access list of a broker',
    load: () => import('./broker/mosquitto.js'),
  },
  report: { summary: 'Say which board runs what, provably', load: () => import('./report.js') },
  'release deploy': {
    summary: 'Build an app and bring it onto a board',
    load: () => import('./release/deploy.js'),
  },
  'release publish': { summary: 'Publish an image', load: () => import('./release/publish.js') },
  'release approve': { summary: 'Approve an image for a board', load: () => import('./release/approve.js') },
  'release offer': {
    summary: 'Tell a board of an image, and wait',
    load: () => import('./release/offer.js'),
  },
  'release sign': { summary: 'Sign a release for the next signer', load: () => import('./release/sign.js') },
  'release status': { summary: 'Show how far a release is', load: () => import('./release/status.js') },
  'release verify': {
    summary: 'Build a release again and compare it',
    load: () => import('./release/verify.js'),
  },
  'release rollout': {
    summary: 'Let more or fewer boards take a release',
    load: () => import('./release/rollout.js'),
  },
  'release withdraw': {
    summary: 'Withdraw a release at once',
    load: () => import('./release/withdraw.js'),
  },
  'chip image': { summary: 'Make an image for a chip', load: () => import('./chip/image.js') },
  'chip flash': {
    summary: 'Write a first image into a chip, or say how',
    load: () => import('./chip/flash.js'),
  },
  'chip wifi': { summary: 'Tell a board which Wi-Fi to join', load: () => import('./chip/wifi.js') },
  'chip secure': {
    summary: 'Lock a chip for ever, or say how',
    load: () => import('./chip/secure.js'),
  },
};

/** Every command with its name, loaded. */
const allCommands = (): Promise<{ name: string; command: Command }[]> =>
  Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => ({ name, command: (await load()).default })),
  );
