/** The names of all account commands, for whoever passes them on between threads. */
import type { AccountCommands } from './api.ts';

const NAMES: { readonly [Name in keyof AccountCommands]: true } = {
  beginSignUp: true,
  finishSignUp: true,
  signIn: true,
  signOut: true,
  changePassword: true,
  beginRecoveryCode: true,
  finishRecoveryCode: true,
  devices: true,
  renameDevice: true,
  revokeDevice: true,
  beginPairing: true,
  awaitWelcome: true,
  cancelPairing: true,
  admitDevice: true,
  findPerson: true,
  setVerified: true,
  approveKey: true,
  removeContact: true,
  makeFolder: true,
  renameFolder: true,
  removeFolder: true,
  moveRoom: true,
  takeRoom: true,
};

/** An object with all account commands, each of which calls `pass` with its name and what it was given. */
export function passingOn(pass: (name: keyof AccountCommands, args: readonly unknown[]) => unknown): AccountCommands {
  const commands = Object.keys(NAMES).map((name) => [
    name,
    (...args: readonly unknown[]) => pass(name as keyof AccountCommands, args),
  ]);
  return Object.fromEntries(commands) as AccountCommands;
}
