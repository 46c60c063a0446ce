/** The serial lines of this machine, by the identity of their USB adapters: a name that stays when the board is plugged in again. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../cli/failure.js';
import type { UsbIdentity } from './line.js';

/** A line that can be opened. */
export interface SerialPlace {
  /** `/dev/ttyUSB0`. */
  path: string;
  usb?: UsbIdentity;
}

/** Folders between a terminal and the USB device that it belongs to: interface, configuration, device. */
const FOLDERS_UP_MAX = 4;

/** `usb:303a:1001:AB12`: vendor and product, and the adapter's own number where it has one. */
export const usbName = ({ product, serial, vendor }: UsbIdentity): string =>
  `usb:${hex(vendor)}:${hex(product)}${serial === undefined ? '' : `:${serial}`}`;

const hex = (number: number): string => number.toString(16).padStart(4, '0');

/** The identity that such a name stands for; undefined for the name of a file. @throws Failure `port` */
export function parseUsbName(name: string): UsbIdentity | undefined {
  if (!name.startsWith('usb:')) return undefined;
  const match = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.{1,120}))?$/i.exec(name);
  if (!match)
    throw new Failure(
      'port',
      `${name} is no serial line: write it like usb:303a:1001 or usb:303a:1001:NUMBER.`,
    );
  return { vendor: parseInt(match[1], 16), product: parseInt(match[2], 16), serial: match[3] };
}

/** All lines with a USB adapter, by path. */
export async function listPorts(): Promise<SerialPlace[]> {
  // The package asks udevadm for them on Linux, and without that program ends the process.
  if (process.platform === 'linux') return portsBelow('/sys/class/tty');
  const { SerialPort } = await import('serialport');
  return (await SerialPort.list()).flatMap(({ path, productId, serialNumber, vendorId }) =>
    vendorId && productId
      ? [
          {
            path,
            usb: { vendor: parseInt(vendorId, 16), product: parseInt(productId, 16), serial: serialNumber },
          },
        ]
      : [],
  );
}

/** The same from the folder in which Linux lists its terminals. */
export function portsBelow(folder: string): SerialPlace[] {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.flatMap(name => {
    const usb = usbOf(join(folder, name, 'device'));
    return usb ? [{ path: `/dev/${name}`, usb }] : [];
  });
}

function usbOf(device: string): UsbIdentity | undefined {
  if (!existsSync(device)) return undefined;
  let folder = realpathSync(device);
  for (let up = 0; up < FOLDERS_UP_MAX; up++, folder = dirname(folder)) {
    const word = (name: string) => {
      const file = join(folder, name);
      return existsSync(file) ? readFileSync(file, 'utf8').trim().slice(0, 120) : undefined;
    };
    const [vendor, product] = [word('idVendor'), word('idProduct')];
    if (vendor && product)
      return {
        vendor: parseInt(vendor, 16),
        product: parseInt(product, 16),
        serial: word('serial') || undefined,
      };
  }
  return undefined;
}

/**
 * The line of that name among those: a path as it is, a USB identity by the one adapter that has it.
 *
 * @throws Failure `port_absent` where none has it, `port` where several have
 */
export function findPort(name: string, places: readonly SerialPlace[]): SerialPlace {
  const wanted = parseUsbName(name);
  // A name below /dev/serial/by-id leads to the file that is listed.
  const path = existsSync(name) ? realpathSync(name) : name;
  if (!wanted) return { path: name, usb: places.find(place => place.path === path)?.usb };
  const found = places.filter(
    ({ usb }) =>
      usb?.vendor === wanted.vendor &&
      usb.product === wanted.product &&
      (wanted.serial === undefined || usb.serial === wanted.serial),
  );
  if (found.length === 1) return found[0];
  if (found.length > 1)
    throw new Failure(
      'port',
      `${found.map(({ path }) => path).join(' and ')} are both ${name}: name one by its number, like ${usbName(found[0].usb!)}, or by its path.`,
    );
  const there = places.map(({ usb }) => usbName(usb!)).join(', ');
  throw new Failure(
    'port_absent',
    `There is no serial line ${name}: plug the board in, or name another line${there ? `; there is ${there}` : ''}.`,
  );
}
