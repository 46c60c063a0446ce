/** The vendor's list of the boards it made, whose Merkle root the channel holds: it proves that a board is genuine. */
import { deviceLeaf, type Hex, merkleTree } from '../../contracts/client/index.js';
import { Failure } from '../cli/failure.js';

const BOARDS_MAX = 1_000_000;

/** The path from a board to the root; undefined for a board that is not listed. */
export type Paths = (device: Hex) => Hex[] | undefined;

/** Bytes of a list. */
export const LIST_BYTES_MAX = 48_000_000;

/** The root of a list, and how many boards are on it. @throws Failure `made_list` when a line is no address */
export function rootOfList(text: string): { root: Hex; boards: number } {
  const devices = devicesOf(text);
  return { root: merkleTree(devices.map(deviceLeaf)).root, boards: devices.length };
}

function devicesOf(text: string): Hex[] {
  const devices = text.split(/\r?\n/).filter(line => line !== '');
  const wrong = devices.findIndex(line => !/^0x[0-9a-fA-F]{40}$/.test(line));
  if (wrong >= 0 || devices.length > BOARDS_MAX || devices.length === 0)
    throw new Failure(
      'made_list',
      wrong >= 0
        ? `Line ${wrong + 1} of the list of boards is not an address: a Device’s address stands on each line.`
        : `The list has ${devices.length} boards; it may have 1 to ${BOARDS_MAX}.`,
    );
  return devices.map(line => line.toLowerCase() as Hex);
}

/**
 * @param text a Device's address a line, in the order in which the root was made
 * @throws Failure `made_list` when a line is none, or the list has another root
 */
export function madeList(text: string, root: Hex): Paths {
  const listed = devicesOf(text);
  const tree = merkleTree(listed.map(deviceLeaf));
  if (tree.root !== root.toLowerCase())
    throw new Failure(
      'made_list',
      `The list leads to the root ${tree.root}, and the channel holds ${root}: name the list that the root was made of, in its order.`,
    );
  const places = new Map(listed.map((device, i) => [device, i]));
  return device => {
    const place = places.get(device);
    return place === undefined ? undefined : tree.proof(place);
  };
}
