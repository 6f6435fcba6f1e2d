import type { ReasonQuestion } from './reason-sheet';

export const GIVE_BACK: ReasonQuestion = {
  title: 'Give the order back?',
  text: 'It goes to another partner at once.',
  reasons: ['Too far away', 'Vehicle trouble', 'The order is not ready', 'I cannot work on'],
  confirm: 'Give it back',
};

export const COULD_NOT: ReasonQuestion = {
  title: 'Could not deliver?',
  text: 'The dispatcher is told and decides what happens next.',
  reasons: ['Nobody at the door', 'Address not found', 'The customer refused it', 'The goods are damaged'],
  confirm: 'Report it',
};
