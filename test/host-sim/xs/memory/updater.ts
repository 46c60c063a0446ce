/**
 * An image that updates: the firmware's whole update, from offer to confirm, over a server and a chain of its own. The
 * server has the bytes of slot A under another header, so that nothing but the update takes memory.
 */
import type { App } from '../../../../firmware/app/app.js';
import { concat } from '../../../../firmware/bytes/concat.js';
import { fromHex, toHex } from '../../../../firmware/bytes/hex.js';
import { encodeRecord } from '../../../../firmware/bytes/record.js';
import { decodeText, encodeText } from '../../../../firmware/bytes/text.js';
import { accepted } from '../../../../firmware/bytes/verdict.js';
import { portableCrypto } from '../../../../firmware/crypto/portable.js';
import { runningImage } from '../../../../firmware/device/image.js';
import { StoreKey } from '../../../../firmware/ledger/keys.js';
import { Ledger } from '../../../../firmware/ledger/ledger.js';
import type { Ports } from '../../../../firmware/port/ports.js';
import type { Network } from '../../../../firmware/port/socket.js';
import { headerLength } from '../../../../firmware/store/imageHeader.js';
import { openJournal } from '../../../../firmware/store/journal.js';
import { Floors } from '../../../../firmware/trust/floors.js';
import type { TrustedHead } from '../../../../firmware/trust/level.js';
import { approvalHash, encodeOffer, parseOffer, releaseRecord } from '../../../../firmware/update/offer.js';
import { encodeLine, type Line, parseLine } from '../../../../firmware/update/progress.js';
import { settleUpdate } from '../../../../firmware/update/settle.js';
import { Updates } from '../../../../firmware/update/updates.js';

const LINE = 9;
const FLEET = new Uint8Array(20).fill(2);
const OWNER = new Uint8Array(20).fill(3);
const DEVICE = new Uint8Array(20).fill(4);
const PRIVATE_KEY = new Uint8Array(32).fill(7);
const HEAD: TrustedHead = {
  ...{ hash: new Uint8Array(32), number: 100, timestamp: 1_800_000_000, level: 1, finalized: true },
  basis: 'model',
};

/** In hex: the offer, the header of the offered image, the head of its manifest, the list of its sectors. */
export interface Offered {
  offer: string;
  header: string;
  manifest: string;
  sectors: string;
}

const bytesOf = (hex: string): Uint8Array => fromHex(hex)!;

/** A server with the files of the offer, and the rest of the image from slot A. */
function server({ clock, flash }: Ports, { header, manifest, sectors }: Offered, size: number): Network {
  const slot = flash.open('slotA');
  const head = bytesOf(header);
  const image = (at: number, length: number) =>
    at < headerLength ? head.slice(at, headerLength) : slot.read(at, Math.min(length, size - at));
  function answer(request: string): { total: number; from: number; read(at: number): Uint8Array } {
    const from = Number(/range: bytes=(\d+)-/i.exec(request)?.[1] ?? 0);
    if (request.includes('/images/')) return { total: size, from, read: at => image(at, 2048) };
    const file = bytesOf(request.includes('/manifests/') ? manifest : sectors);
    return { total: file.length, from, read: at => file.slice(at, at + 2048) };
  }
  return {
    connect(wanted) {
      let closed = false;
      let asked = '';
      let readable = new Uint8Array(0);
      const later = (act: () => void) => clock.after(0, () => !closed && act());
      later(() => wanted.onWritable(65_536));
      function send(next: () => Uint8Array): void {
        if (readable.length === 0) readable = Uint8Array.from(next());
        if (readable.length === 0) return;
        wanted.onReadable(readable.length);
        later(() => send(next));
      }
      return {
        read(count = readable.length) {
          const bytes = readable.slice(0, count);
          readable = readable.slice(bytes.length);
          return bytes.length > 0 ? bytes : undefined;
        },
        write(bytes) {
          asked += decodeText(bytes);
          if (!asked.endsWith('\r\n\r\n')) return 65_536;
          const { from, read, total } = answer(asked);
          asked = '';
          let at = from;
          const status = from ? `206 Part\r\nContent-Range: bytes ${from}-${total - 1}/${total}` : '200 OK';
          let first: Uint8Array | undefined = encodeText(
            `HTTP/1.1 ${status}\r\nContent-Length: ${total - from}\r\n\r\n`,
          );
          later(() =>
            send(() => {
              const piece = first ?? (at < total ? read(at) : new Uint8Array(0));
              if (!first) at += piece.length;
              first = undefined;
              return piece;
            }),
          );
          return 65_536;
        },
        close() {
          closed = true;
        },
      };
    },
  };
}

export function start(ports: Ports): void {
  const { boot, clock, flash } = ports;
  const crypto = ports.crypto ?? portableCrypto();
  const journal = openJournal(flash.open('journal'));
  if (!journal.get(StoreKey.birth)) journal.put([[StoreKey.birth, encodeRecord([0])]]);
  const running = runningImage(crypto, boot.running);
  const ledger = new Ledger({
    ...{ journal, crypto, domain: { chainId: 1, verifyingContract: DEVICE } },
    ...{ privateKey: PRIVATE_KEY, imageHash: running.sha256 },
  });
  const known = {
    ownership: { owner: OWNER },
    get line(): Line | undefined {
      return parseLine(journal.get(LINE));
    },
    set line(line: Line | undefined) {
      if (line) journal.put([[LINE, encodeLine(line)]]);
    },
  };
  const idleSlot = flash.open(boot.running.slot === 'A' ? 'slotB' : 'slotA');
  const app: App = { name: 'updater', actions: {}, healthy: () => true };
  const shared = { app, boot, crypto, clock, idleSlot, known, ledger };
  const state = { version: running.version, settled: '', said: '' };
  void settleUpdate({ ...shared, imageSha256: running.sha256 }).then(({ settled }) => {
    state.settled = settled;
  });
  ports.console.onRequest(async (method, parameters) => {
    if (method === 'state') return state;
    const offered = parameters as Offered;
    const parsed = parseOffer(bytesOf(offered.offer));
    if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
    const offer = parsed.value;
    const key = crypto.addressOf(PRIVATE_KEY)!;
    const facts = {
      device: { key, owner: OWNER, status: 2, fleet: FLEET, channel: offer.channel },
      fleet: { address: FLEET, paused: false, epoch: 0 },
      channel: {
        ...{ newest: offer.version, floor: offer.version, rollout: 1000, flags: 0 },
        ...{ hardware: running.hardware, record: releaseRecord(crypto, offer) },
      },
    };
    const floors = new Floors({ clock });
    floors.proveNow(HEAD);
    const updates = new Updates({
      ...shared,
      ...{ device: DEVICE, key, floors, image: running, policy: { level: 1, maximumAge: 3600 } },
      chain: {
        facts: async tag =>
          accepted({
            ...facts,
            device: { ...facts.device, approval: approvalHash(crypto, offer) },
            head: { ...HEAD, finalized: tag === 'finalized' },
            trail: [],
          }),
      },
      network: server(ports, offered, offer.size),
      servers: ['http://server'],
      onSettled: async ({ verdict }) => {
        state.said = verdict.verdict === 'accepted' ? 'accepted' : verdict.evidence;
      },
      onStored: () => {},
      onDownloadEnded: () => void updates.retry(),
      onProgress: () => {},
    });
    await updates.deliver(encodeOffer(offer));
    return toHex(concat(running.sha256));
  });
}
