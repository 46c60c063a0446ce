// Everything: `npm run test:all`, and the gate.
import { settings } from './ava.config.js';

export default { ...settings, files: ['test/**/*.test.ts'] };
