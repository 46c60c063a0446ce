/**
 * Lodestar with the minimal preset: 32 positions, epochs of 8 slots, periods of 8 epochs. It is chosen once for a
 * process, so this must be imported before anything else of Lodestar.
 */
import { PresetName, setActivePreset } from '@lodestar/params/setPreset';

setActivePreset(PresetName.minimal);
