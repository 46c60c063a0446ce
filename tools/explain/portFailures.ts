/** The failures of a serial line, and of a chip that is flashed over it. */

import type { Table } from './explanation.js';

const nothing = 'Nothing was written. ';

export const portFailures = {
  board_restarts: {
    meaning: 'The board on the serial line starts again and again, and never comes so far that it answers.',
    likely:
      'A supply that gives way (brown-out), an image that faults at its start, or a half-written flash.',
    remedy:
      'Read its last words in the message. Try another cable or hub; if it stays so, flash it anew: holdfast flash --port.',
  },
  console_other: {
    meaning: 'What runs at the serial line prints text, but has no console that these tools understand.',
    likely: 'Other firmware than Holdfast, or an image of before the framed console.',
    remedy: 'Flash an image of this version: holdfast flash --port.',
  },
  exporter: {
    meaning:
      'The exporter of a bench cannot be reached, does not know this runner, or was lost in the middle.',
    likely: 'It does not run, listens elsewhere, or was given another token.',
    remedy:
      'Look at holdfast rig serve on that machine: what it prints, its --listen, its --token-file. It leaves a board that it lost its runner of as it was found.',
  },
  exporter_token: {
    meaning: 'There is no token for an exporter, or what was given is none.',
    likely: 'The file or the environment has not been set.',
    remedy: 'Name its file with --token-file or tokenFile, or set HOLDFAST_RIG_TOKEN.',
  },
  flash_chip: {
    meaning: 'The chip on the line is not the one that the image is for, or not the board of a moment ago.',
    likely: 'Another board hangs on that port, or the image of another product was named.',
    remedy: `${nothing}Compare the chip that the message names with that of the image.`,
  },
  flash_failed: {
    meaning: 'The loader in the chip refused a step, or answered something else than it was asked.',
    likely: 'A bad cable, an adapter that loses bytes at this speed, or a supply that gives way.',
    remedy:
      'Try again with --baud 115200, another cable, or --no-stub; what is written already is not written again.',
  },
  flash_locked: {
    meaning:
      'The chip encrypts its flash or restricts its loader: what is written over the line would not start.',
    likely: 'It was locked with holdfast chip secure.',
    remedy: `${nothing}Update it as boards in the field are: holdfast release offer.`,
  },
  flash_lost: {
    meaning: 'The line was lost while the chip was flashed, and the board did not come back.',
    likely: 'The cable was pulled, or the hub lost its power.',
    remedy: 'Plug the board in and give the same command: it goes on where it was cut off.',
  },
  flash_silent: {
    meaning: 'The chip does not answer as one that waits to be flashed.',
    likely: 'The board has no wires for reset, or another port is that of the chip.',
    remedy:
      'Hold BOOT while you press RESET, then try again; a port by its name is listed in /dev/serial/by-id.',
  },
  flash_size: {
    meaning: 'The flash of the chip is smaller than its partition table says.',
    likely: 'A build for another size of flash, or a flash chip that does not answer.',
    remedy: `${nothing}Build for the flash that is there.`,
  },
  flash_verify: {
    meaning: 'What lies in the flash after writing is not what was sent, three times in a row.',
    likely: 'The flash is worn out or wired badly, or the line loses bytes.',
    remedy: 'Try --baud 115200 and another cable. If it stays so, the chip is not to be used.',
  },
  port: {
    meaning: 'The serial line cannot be opened.',
    likely: 'The name is not that of a serial line, or the driver of the adapter is missing.',
    remedy: 'List the lines with ls -l /dev/serial/by-id, and name one of them.',
  },
  port_absent: {
    meaning: 'There is no serial line of that name.',
    likely: 'The board is not plugged in, or got another name when it was.',
    remedy: 'Plug it in, or name another line; the names in /dev/serial/by-id do not change.',
  },
  port_busy: {
    meaning: 'Another program holds the serial line.',
    likely: 'A serial monitor, or a second run of the tools.',
    remedy: 'Close it, then try again.',
  },
  port_denied: {
    meaning: 'The system does not let this user open the serial line.',
    likely: 'The user is not in the group that owns it.',
    remedy: 'Join that group (dialout or uucp on Linux), then log in again.',
  },
  port_echo: {
    meaning: 'The serial line gives back what is sent to it.',
    likely: 'An adapter without a board, or whose two wires touch; a terminal that echoes.',
    remedy: 'Check the wires: its TX to the RX of the board, its RX to the TX.',
  },
  port_silent: {
    meaning: 'Nothing at all comes from the serial line.',
    likely: 'The board is off, is held in reset, or its console has other wires.',
    remedy: 'Press RESET: a board says something at each start. Else try another port of the board.',
  },
  port_speed: {
    meaning: 'What comes from the serial line is no text.',
    likely:
      'The board speaks at another speed than its console’s 115,200 bits a second, or it is another device.',
    remedy: 'Compare with the speed that its build was given, or flash it anew: holdfast flash --port.',
  },
  board_used: {
    meaning:
      'The board on the serial line belongs to somebody already, and a run needs one that trusts nobody yet.',
    likely: 'It served another run, or is a board of yours in operation.',
    remedy:
      'Erase and flash it, or name the command that does: holdfast rig run --prepare. Nothing was changed on the board.',
  },
  boards: {
    meaning: 'The file of boards is not as it must be, or has no board of that name.',
    likely: 'A misspelled name or member.',
    remedy: 'Compare with the example in the README: port, host, prepare, power.',
  },
  prepare: {
    meaning: 'The command that makes the board new failed.',
    likely: 'It is not there, or the board did not take its flash.',
    remedy: 'Run the command by hand; the message has its last words.',
  },
  power: {
    meaning: 'The power supply did not do as it was told, or the board runs on without it.',
    likely: 'A hub that cannot switch its ports, another cable that feeds the board, or a wrong port number.',
    remedy:
      'Switch it by hand and look at the board. A board must have one supply only, its USB cable included.',
  },
  unreleased: {
    meaning: 'The image is not the one that was published in the channel under its version.',
    likely: 'It was built anew after it was published, or never published.',
    remedy:
      'Take the published file, publish this one (holdfast release publish), or give --unreleased on a desk.',
  },
} satisfies Table<string>;
