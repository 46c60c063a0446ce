/** A change of an app's settings: checked against the face of what the board runs, then ordered like any other command. */
import { rmSync } from 'node:fs';
import { linkAndSettle, type SettledOrder } from '../board/linkAndSettle.js';
import { openBoard, verifiedStatus } from '../board/openBoard.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { Settings } from '../settings/settings.js';
import { knownFace, runningApp } from './knownFace.js';
import { faultOfChange, SETTINGS_ACTIONS, type SettingsChange, type SettingsKind } from './settingsFace.js';

/** The flags of the commands that change settings. */
export interface SettingsOrderFlags {
  keystore?: string;
  life: number;
  receipts?: string;
  wait?: number;
  'no-mine': boolean;
  project?: string;
}

/**
 * Orders the change and waits for the receipt.
 * @throws Failure `order` when the app of the board is known to refuse it: nothing was linked
 */
export async function orderSettings(
  input: Surroundings & { flags: SettingsOrderFlags & Record<string, unknown> },
  kind: SettingsKind,
  change: SettingsChange,
): Promise<SettledOrder & { device: string }> {
  const { flags } = input;
  const settings = new Settings(flags);
  const contracts = await settings.chainAs(input, 'operator', flags.keystore);
  const board = await openBoard(settings, contracts, input, { sends: true });
  try {
    const status = await verifiedStatus(board);
    const { address: device } = board.facts;
    const images = settings.find('images');
    const running = runningApp(board.facts, status);
    const face = await knownFace({ contracts, ...running, images, home: settings.home });
    const fault = face && faultOfChange(face, kind, change);
    if (fault) throw new Failure('order', `${fault} Nothing was linked.`);
    const { life } = flags;
    const action = SETTINGS_ACTIONS[kind];
    const order = { settings, contracts, board, status, action, params: change, life, flags };
    const settled = await linkAndSettle(input, order);
    // The envelope holds the secret, and the board has it now, or will never take it from there.
    if (kind === 'secrets' && settled.receipt) rmSync(settled.file, { force: true });
    return { device, ...settled };
  } finally {
    board.close();
  }
}
