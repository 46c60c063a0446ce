/** Execution headers as RLP, by somebody else's encoder. */
import { RLP } from '@ethereumjs/rlp';
import { fromHex } from '../../../firmware/bytes/hex.js';
import type { StandardPayloadHeader } from '../../../host-sim/node/beaconApi/standard.js';

const emptyTrie = fromHex('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421')!;
const noOmmers = fromHex('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347')!;

/**
 * The header of a block without transactions and withdrawals; `later` are the fields that came after Deneb. The
 * block hash is not needed for it.
 */
export const emptyBlockHeader = (
  payload: Omit<StandardPayloadHeader, 'blockHash' | 'transactionsRoot' | 'withdrawalsRoot'>,
  parentBeaconRoot: Uint8Array,
  later: readonly Uint8Array[] = [],
): Uint8Array =>
  RLP.encode([
    payload.parentHash,
    noOmmers,
    payload.feeRecipient,
    payload.stateRoot,
    emptyTrie,
    payload.receiptsRoot,
    payload.logsBloom,
    0,
    payload.blockNumber,
    payload.gasLimit,
    payload.gasUsed,
    payload.timestamp,
    payload.extraData,
    payload.prevRandao,
    new Uint8Array(8),
    payload.baseFeePerGas,
    emptyTrie,
    payload.blobGasUsed,
    payload.excessBlobGas,
    parentBeaconRoot,
    ...later,
  ]);
