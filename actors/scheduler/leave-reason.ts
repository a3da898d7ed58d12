/** Why a node is no longer there. */
export type LeaveReason = 'silent' | 'replaced' | 'stopped' | 'crashed' | 'no connection';

export const leaveReasons: readonly LeaveReason[] = [
  'silent',
  'replaced',
  'stopped',
  'crashed',
  'no connection',
];
