/** Writes the partition tables into firmware/esp32/partitions: npm run build:partitions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { partitionFile, partitionText } from './partitionFile.js';
import { chipPartitions, flashSizes } from './partitions.js';

for (const flash of flashSizes) {
  const file = join(repositoryRoot, 'firmware', 'esp32', partitionFile(flash));
  writeFileSync(file, partitionText(flash, chipPartitions(flash)));
}
