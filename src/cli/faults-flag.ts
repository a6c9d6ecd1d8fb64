import { optionalText } from './flags.ts';

/** `--faults FILE`: faults of your own beside those of the model. */
export const faultsFlag = optionalText('Faults of your own, beside those of the model (docs/drills.md)', 'file');
