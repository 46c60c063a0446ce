/** The failures of the holdfast command itself: a name in the JSON document, and the sentence that explains it. */

import { authorsFailures } from './authorsFailures.js';
import { chipFailures } from './chipFailures.js';
import type { Table } from './explanation.js';
import { portFailures } from './portFailures.js';
import { productionFailures } from './productionFailures.js';

export const failures = {
  ...authorsFailures,
  ...chipFailures,
  ...portFailures,
  ...productionFailures,
  beacon: {
    meaning: 'A prover or a checkpoint needs a beacon node, and none was named.',
    likely: 'The flag is missing.',
    remedy: 'Add --beacon URL.',
  },
  board: {
    meaning: 'The board refused, did not start, or answered something else than it was asked.',
    likely: 'Its firmware is of another version than these tools, or something else holds its console.',
    remedy: 'Read the lines that the board printed; holdfast monitor shows them. Nothing was registered.',
  },
  challenges: {
    meaning: 'The challenges do not fit this checkpoint.',
    likely: 'Too many boards at once, or --challenge together with --add.',
    remedy: 'Sign one checkpoint for each group of boards.',
  },
  checkpoint: {
    meaning: 'The file is not a checkpoint that can be signed.',
    likely: 'Another file was named, or it was changed by hand.',
    remedy: 'Ask the first signer for the file again, or begin a new one with holdfast checkpoint.',
  },
  claim_code: {
    meaning: 'The claim code is mistyped, or is not the one that the board is offered to.',
    likely:
      'A sign was read wrongly; the message names the group. Or the owner made a newer code, or called it off.',
    remedy:
      'Compare it with the label, or read its QR. Whoever sold the board can make a new one: holdfast device claim-code.',
  },
  console: {
    meaning: 'The console of the board cannot be opened, or does not answer.',
    likely: 'The board is not plugged in, the simulator is not running, or another program holds the line.',
    remedy:
      'For the simulator: npm start in another terminal. For a board: close other serial monitors, check the cable.',
  },
  device_status: {
    meaning: 'The status of the Device does not allow this step, or the step is taken already.',
    likely: 'Somebody else took it before, or the board is retired.',
    remedy:
      'holdfast status shows the status. Only the owner lifts a suspension or a theft; nothing ends Retired.',
  },
  envelope: {
    meaning: 'The file does not hold an envelope.',
    likely: 'Another file was named.',
    remedy: 'Envelopes are kept in .holdfast/envelopes, one file each, named after its hash.',
  },
  epoch_behind: {
    meaning: 'The board has not yet entered the epoch that the chain is in.',
    likely: 'The change is not final yet, or the board is off.',
    remedy: 'Wait until holdfast status shows the epoch, then try again.',
  },
  exists: {
    meaning: 'A file of that name is there already and was left as it is.',
    likely: 'The command ran before.',
    remedy: 'Choose another name, or give --force.',
  },
  failed: {
    meaning: 'Something failed that the tools do not know by name; the message says what.',
    likely: 'A file, a network address, or a program outside Holdfast.',
    remedy: 'Read the message. holdfast doctor looks at everything that a command needs.',
  },
  file: {
    meaning: 'A file cannot be read or written, or is not of the size that it should have.',
    likely: 'A wrong path, missing rights, or a full disk.',
    remedy: 'Check the path in the message.',
  },
  file_mode: {
    meaning: 'A file with a secret can be read by other users of this machine.',
    likely: 'It was copied or made without care for its mode.',
    remedy: 'chmod 600 FILE; if others use this machine, count the secret as known and make a new one.',
  },
  hardware: {
    meaning: 'Board, image and channel are not for the same hardware.',
    likely: 'The channel of another product was named.',
    remedy: 'Compare the hardware ids in the message; holdfast channel show and holdfast status tell them.',
  },
  image: {
    meaning: 'The file is not an image of Holdfast, or does not fit into the slots.',
    likely: 'Another file was named, or a build was interrupted.',
    remedy: 'Build it again: holdfast image build, or holdfast chip image for a chip.',
  },
  interrupted: {
    meaning: 'The command was ended by Ctrl-C; what it had started is cleaned up.',
    likely: 'You pressed Ctrl-C.',
    remedy: 'A transaction that was sent already counts: holdfast status shows where things stand.',
  },
  key: {
    meaning: 'The text is not a private key.',
    likely: 'An address or a public key was given.',
    remedy: 'A private key has 32 bytes: 64 hexadecimal digits. holdfast key new makes one.',
  },
  keys: {
    meaning: 'These keys cannot decide together.',
    likely: 'More keys than a set can hold.',
    remedy: 'Name at most as many as the contract holds; holdfast fleet show lists the signers.',
  },
  keystore_malformed: {
    meaning: 'The file is not a keystore of version 3, or its content contradicts itself.',
    likely: 'Another file was named, or the keystore was damaged.',
    remedy: 'Take it from a backup. Do not use a keystore whose address is not that of its key.',
  },
  listen: {
    meaning: 'The address to listen at is not of the form HOST:PORT.',
    likely: 'The port is missing.',
    remedy: 'Write it like 127.0.0.1:8600.',
  },
  manifest: {
    meaning: 'The file is not the manifest of the image that is to be published.',
    likely: 'It belongs to another build, or is the document (FILE.json) and not the head (FILE.manifest).',
    remedy: 'Name the FILE.manifest that holdfast image build or holdfast chip image wrote beside the image.',
  },
  mismatch: {
    meaning: 'The checkpoint says something else than your own node does.',
    likely: 'Your node or that of the first signer is on another fork; or somebody wants a false signature.',
    remedy: 'Do not sign. Compare the block on a third node.',
  },
  no_answer: {
    meaning: 'The board did not answer in the time that was given.',
    likely: 'The board is offline, waits for finality, or waits for an earlier envelope.',
    remedy: 'holdfast status and holdfast monitor. The order stays valid; holdfast deliver sends it again.',
  },
  no_key: {
    meaning: 'There is no key to act with in this role.',
    likely: 'Neither a keystore nor an environment variable was given.',
    remedy: 'Give --keystore FILE (holdfast key new FILE makes one), or set HOLDFAST_KEY.',
  },
  no_mining: {
    meaning: 'The chain does not make blocks at the call of a tool.',
    likely: 'It is not the chain of the simulator.',
    remedy: 'Give --no-mine and wait for its own blocks.',
  },
  no_receipt: {
    meaning: 'The board did not confirm the new image in the time that was given.',
    likely: 'The download or the trial of the image takes longer.',
    remedy: 'holdfast status shows the slots; a board that rolls back says so with its next receipt.',
  },
  no_terminal: {
    meaning: 'The command asks for a confirmation, and nobody can type it.',
    likely: 'It runs in a script or behind a pipe.',
    remedy: 'Run it in a terminal.',
  },
  nodes: {
    meaning: 'More nodes of one kind were named than a prover takes.',
    likely: 'A long list.',
    remedy: 'Name fewer; two or three independent ones are enough.',
  },
  not_confirmed: {
    meaning: 'The phrase was not repeated, so that nothing was done.',
    likely: 'A mistyped phrase.',
    remedy: 'Start again, and type the phrase as shown. What it confirms cannot be undone.',
  },
  not_final: {
    meaning: 'The block of the checkpoint is not final for your own node.',
    likely: 'Your node lags behind, or the block is too new.',
    remedy: 'Wait until your node calls the block final, then sign.',
  },
  not_found: {
    meaning: 'There is no such contract at the address on this chain.',
    likely: 'An address of another chain or a typing error.',
    remedy: 'Check address and chain; holdfast deploy shows the addresses of the contracts.',
  },
  not_published: {
    meaning: 'The channel does not have this version.',
    likely: 'It was not published yet, or in another channel.',
    remedy: 'holdfast release publish; holdfast channel show lists what there is.',
  },
  not_registered: {
    meaning: 'There is no Device at this address on the chain.',
    likely: 'The board was never registered, or the chain is another one.',
    remedy: 'holdfast provision registers a board at its console.',
  },
  not_shown: {
    meaning: 'The change is on chain, but the board did not say in time, signed, that it knows it.',
    likely: 'The board is off, has no network, or its endpoints hold newer blocks back.',
    remedy:
      'Nothing needs to be sent again: the board proves it before it runs anything. holdfast status and holdfast monitor show when it has.',
  },
  passphrase: {
    meaning: 'The passphrase is empty, too long, was mistyped, or does not open the keystore.',
    likely: 'A typing error.',
    remedy: 'Start again. A lost passphrase cannot be recovered.',
  },
  project: {
    meaning: 'The project file cannot be read, or holds something that it should not.',
    likely: 'It was edited by hand, or written by another version.',
    remedy: 'npm start writes it anew; the message names the member that is wrong.',
  },
  receipt_forged: {
    meaning: 'A receipt is not signed by the key of the board, or its result is not the one that was signed.',
    likely: 'Somebody else publishes at this broker.',
    remedy: 'Do not believe it. The genuine receipt still arrives; look at who may publish at the broker.',
  },
  receipts: {
    meaning: 'The file of receipts cannot be read, or is too long.',
    likely: 'It was never written, or another file was named.',
    remedy: 'holdfast monitor and holdfast command write it; name another with --receipts FILE.',
  },
  receipts_gap: {
    meaning: 'Receipts of the board are missing here, so that an order that counts as open may have run.',
    likely: 'Another operator listened when the board spoke, or nobody did.',
    remedy:
      'Bring the receipts together with --receipts FILE; holdfast audit names what is missing. --despite-gaps goes on.',
  },
  rpc: {
    meaning: 'The execution node does not answer what is needed, or none was named.',
    likely: 'A node that is still synchronising, or a wrong URL.',
    remedy: 'holdfast doctor --rpc URL says what the node can do.',
  },
  secret_in_argument: {
    meaning: 'An argument looks like a private key, and other users of this machine can read arguments.',
    likely: 'A key was given in place of a keystore or an address.',
    remedy: 'Count the key as known. Use a keystore, the environment or standard input for secrets.',
  },
  setting: {
    meaning: 'A setting is missing, and no project file names it.',
    likely: 'The command runs outside the folder of a project.',
    remedy: 'Give the flag that the message names, or run npm start, which writes a project.',
  },
  size: {
    meaning: 'The image is larger than a slot.',
    likely: 'The app or a package has grown.',
    remedy: 'Leave something out; npm run build:esp32 shows what takes the room.',
  },
  status_forged: {
    meaning: 'The status at the broker is not signed by the key of the board.',
    likely: 'Somebody else publishes there, or another board has its topic.',
    remedy: 'Try again when the board has said its status anew; look at who may publish at the broker.',
  },
  step: {
    meaning: 'A program that the tools ran ended with an error.',
    likely: 'The output of the program says it.',
    remedy: 'Run the line that the message shows by hand.',
  },
  too_long: {
    meaning: 'The input has more characters than there is room for.',
    likely: 'A file was piped in place of a secret.',
    remedy: 'Check what is piped into the command.',
  },
  too_old: {
    meaning: 'The block of the checkpoint is older than 60 minutes by the clock of this machine.',
    likely:
      'The checkpoint waited long for its next signer, a node that stands still, or somebody wants an old block signed.',
    remedy: 'Sign a newer block with holdfast checkpoint. If an old one is meant, give --any-age.',
  },
  tool: {
    meaning: 'A program that is needed is not installed.',
    likely: 'ESP-IDF or esptool is missing on this machine, or not in the path.',
    remedy: 'Install it as the message says; holdfast doctor shows what is there.',
  },
  trust: {
    meaning: 'The trust configuration is not allowed.',
    likely: 'A level without its keys or endpoints, or an age below what finality needs.',
    remedy: 'The message names the rule; firmware/README.md explains the levels.',
  },
  trust_file: {
    meaning: 'The file does not describe a trust configuration.',
    likely: 'A misspelled member, or another file.',
    remedy: 'tools/README.md has an example of the file.',
  },
  usage: {
    meaning: 'The command line is not one that the command takes; nothing was tried.',
    likely: 'A misspelled flag, or a missing operand.',
    remedy: 'holdfast COMMAND --help shows the flags and an example.',
  },
  wifi: {
    meaning: 'The board is not on the wireless network yet.',
    likely: 'A wrong password, or a network out of reach.',
    remedy: 'The board keeps trying; holdfast chip wifi shows its state.',
  },
  withdrawn: {
    meaning: 'The vendor has withdrawn this version, and no board takes it.',
    likely: 'A fault was found in the release.',
    remedy: 'Publish a newer version.',
  },
  wrong_chain: {
    meaning: 'The chain that answers is not the chain of the project or of the checkpoint.',
    likely: 'The endpoint of another network, or a simulator that was started anew.',
    remedy: 'Start the right chain, or give --rpc URL.',
  },
  wrong_target: {
    meaning: 'The envelope is for another board than the one that was named.',
    likely: 'The wrong file, or the wrong --device.',
    remedy: 'Give the --device that the message names.',
  },
} satisfies Table<string>;

/** A code without an entry above is no code: the type checker says so where it is used. */
export type FailureCode = keyof typeof failures;
