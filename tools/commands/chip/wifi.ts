import { defineCommand, flag, requiredFlag, toggle } from '../../cli/command.js';
import { Failure, UsageError } from '../../cli/failure.js';
import { text } from '../../cli/kinds.js';
import { serialConsole } from '../../console/serial.js';
import { promptSecret, readStandardInput } from '../../keys/prompt.js';

interface Standing {
  state: string;
  ssid: string | null;
  address: string | null;
}

/** Milliseconds to join and to get an address. */
const JOIN_MS_MAX = 45_000;

export default defineCommand({
  summary: 'Tell a board on a serial line which Wi-Fi to join, or ask where it stands',
  details:
    'With --ssid the password is asked for at the terminal, or taken from standard input where there is none; --open is\n' +
    'for a network without one. Without --ssid nothing is changed.',
  example: 'holdfast chip wifi --serial /dev/ttyUSB0 --ssid home',
  operands: {},
  flags: {
    serial: requiredFlag(text('PORT', 100), 'the board’s serial line'),
    ssid: flag(text('NAME', 32), 'the network'),
    open: toggle('it has no password'),
  },
  run: async ({ flags, note, signal }) => {
    const { open, serial, ssid } = flags;
    if (open && ssid === undefined) throw new UsageError('holdfast chip wifi --open needs --ssid NAME.');
    const password = ssid === undefined || open ? '' : await askPassword(ssid, signal);
    const console = await serialConsole(serial, { onLog: line => note(`board: ${line}`), signal });
    try {
      const ask = async (parameters: unknown) => (await console.request('wifi', parameters)) as Standing;
      let standing = await ask(ssid === undefined ? null : { ssid, password });
      const end = Date.now() + JOIN_MS_MAX;
      while (ssid !== undefined && standing.state !== 'online' && Date.now() < end && !signal.aborted) {
        await new Promise(resolve => setTimeout(resolve, 500));
        standing = await ask(null);
      }
      if (ssid !== undefined && standing.state !== 'online') {
        throw new Failure('wifi', `The board is not on ${ssid} yet (${standing.state}); it keeps trying.`);
      }
      return { ok: true, ...standing };
    } finally {
      await console.close();
    }
  },
  show: ({ address, ssid, state }) => [
    ssid === null
      ? 'The board was told of no network yet.'
      : `${ssid}: ${state}${address ? `, ${address}` : ''}`,
  ],
});

async function askPassword(ssid: string, signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) return promptSecret(`Password of ${ssid}: `, signal);
  return (await readStandardInput(100)).replace(/\r?\n$/, '');
}
