#!/usr/bin/env node
// The TypeScript sources run as they are; what a command does not need is not even read.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
