/** `npm run build:esp32`: the binary for a chip, or exactly what is missing for it. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { sectorSize } from '../../firmware/esp32/slotLayout.js';
import { budgetLine, percentOf } from '../chip/budget.js';
import { type Target, targets } from '../chip/chips.js';
import { chipPartition, type FlashSize, flashSizes } from '../chip/partitions.js';
import { type ChipNetwork, chipNetworks } from './chipBundle.js';
import { runCommand, WrongUse } from './command.js';
import { buildEsp32, hasRadio, linkedBytes } from './esp32.js';
import { findIdf, findSdk, isLack, SdkMissing, versionsThatFit } from './sdk.js';

const help = `Usage: npm run build:esp32 -- --target ${targets.join('|')} [--flash ${flashSizes.join('|')}]
       [--network ${chipNetworks.join('|')}] [--secure] [--authority FILE] [--json]

Builds the firmware for a chip with the Moddable SDK and ESP-IDF, below .build/moddable/out. It fetches neither:
MODDABLE and IDF_PATH say where they are. Versions that fit each other:
${versionsThatFit}.

  --target NAME      which chip
  --flash SIZE       the chip's flash, 4MB if left out; it decides the partition table, which is for ever
  --network NAME     wifi if left out; ethernet is the card of an emulator of the chip, which no chip has
  --secure           for secure boot and flash encryption (firmware/esp32/README.md first: keys are burnt for ever)
  --authority FILE   certificate that every TLS server must descend from, PEM or DER
  --json             one document: {"target", "folder", "binary", "bytes", "slotBytes", "mcxsBytes"}, or
                     {"ok": false, "missing": [...], "versions"}
  --help             print this

Example: npm run build:esp32 -- --target esp32c3

The exit status is 0 when the binary is built, 1 when something is missing or fails, 2 on wrong use.
`;

await runCommand({
  name: 'build:esp32',
  help,
  options: {
    target: { type: 'string' },
    flash: { type: 'string' },
    network: { type: 'string' },
    secure: { type: 'boolean' },
    authority: { type: 'string' },
  },
  async run({ onProgress, say, signal, values }) {
    const target = values.target as Target | undefined;
    if (!target || !targets.includes(target)) throw new WrongUse(`--target is one of ${targets.join(', ')}`);
    const flash = (values.flash ?? '4MB') as FlashSize;
    if (!flashSizes.includes(flash)) throw new WrongUse(`--flash is one of ${flashSizes.join(', ')}`);
    const network = (values.network ?? 'wifi') as ChipNetwork;
    if (!chipNetworks.includes(network)) throw new WrongUse(`--network is one of ${chipNetworks.join(', ')}`);
    const sdk = findSdk();
    const idf = findIdf(isLack(sdk) ? undefined : sdk.idf);
    if (isLack(sdk) || isLack(idf)) throw new SdkMissing([sdk, idf].filter(isLack));
    say(`Moddable SDK ${sdk.version}, ESP-IDF ${idf.version}, ${target}`);
    const authority = values.authority as string | undefined;
    const extras = { flash, network, secure: values.secure === true, authority };
    const binary = await buildEsp32(sdk, idf, target, extras, { onProgress, signal });
    const folder = dirname(binary);
    const bytes = statSync(binary).size;
    const room = chipPartition('ota_0', flash).size - sectorSize;
    say(`${binary}: ${bytes} bytes, ${percentOf(bytes, room)} % of the ${room} that fit a slot`);
    say(budgetLine('chip.image', bytes, hasRadio(idf, target)));
    const mcxs = linkedBytes(target);
    say(budgetLine('chip.mcxs', mcxs));
    if (bytes > room) throw new Error(`the application of ${bytes} bytes does not fit its slot of ${room}`);
    say(`Next: npx holdfast chip image ${binary} --version 1 --hardware 0x… --out first.img`);
    say(`      npx holdfast chip flash first.img --build ${folder} --target ${target} --port …`);
    return { target, folder, binary, bytes, slotBytes: room, mcxsBytes: mcxs };
  },
});
