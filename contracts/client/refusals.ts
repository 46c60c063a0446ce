/** Errors of viem as ContractErrors: a refusal by a contract, or the way to the chain. Loads viem. */
import {
  BaseError,
  ContractFunctionRevertedError,
  decodeErrorResult,
  HttpRequestError,
  TimeoutError,
} from 'viem';
import { errorsAbi } from '../abi.generated.js';
import { ContractError, explain } from './errors.js';

/** The result of `work`; what it throws is told as `contractError` tells it. */
export async function translated<T>(rpc: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw contractError(rpc, cause);
  }
}

/** The ContractError that says what `cause` was; what is not viem's is given back as it is. */
export function contractError(rpc: string, cause: unknown): unknown {
  if (cause instanceof ContractError || !(cause instanceof BaseError)) return cause;
  const options = { cause };
  const reverted = cause.walk(error => error instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) {
    const decoded = decodeRevert(reverted);
    return new ContractError(decoded.code, explain(decoded.code, decoded.args), options);
  }
  if (cause.walk(error => error instanceof HttpRequestError || error instanceof TimeoutError)) {
    return new ContractError(
      'Unreachable',
      `The chain at ${hostOf(rpc)} does not answer: check the address and that it runs.`,
      options,
    );
  }
  if (/insufficient funds|exceeds (the )?balance|gas required exceeds/i.test(cause.message)) {
    return new ContractError(
      'NoFunds',
      'The sending account cannot pay for the gas: send it some ether.',
      options,
    );
  }
  const name = cause.walk(error => error instanceof BaseError && 'functionName' in error)
    ? 'ContractCall'
    : 'Rpc';
  return new ContractError(name, `${cause.shortMessage.replaceAll(/\s+/g, ' ')}`, options);
}

function decodeRevert(reverted: ContractFunctionRevertedError): { code: string; args: readonly unknown[] } {
  if (reverted.raw && reverted.raw.length >= 10) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errorsAbi, data: reverted.raw });
      return { code: errorName, args: (args ?? []) as readonly unknown[] };
    } catch {
      // not one of ours: Error(string), Panic(uint256) or a stranger's
    }
  }
  return {
    code: reverted.data?.errorName ?? 'Reverted',
    args: (reverted.data?.args ?? [reverted.reason ?? 'without a reason']) as readonly unknown[],
  };
}

/** The host alone, without user name, password or key in the path: what is printed must hold no secret. */
function hostOf(rpc: string): string {
  try {
    return new URL(rpc).host;
  } catch {
    return 'that address';
  }
}
