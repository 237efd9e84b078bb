/**
 * What the person has set: name and colour, appearance. Kept on the device, and in the home where there is one, which brings it to
 * the account's other devices.
 */
import type { Profile } from '../api.ts';
import type { OpenProfile, ProfileVault } from '../vault/profile-vault.ts';
import type { Appearance } from './api.ts';
import type { HomeBook } from './home-book.ts';

export type SettingsPorts = {
  readonly home: HomeBook;
  readonly vault: () => ProfileVault;
  readonly onChange: () => void;
};

export class Settings {
  readonly #ports: SettingsPorts;
  #profile: Profile;
  #appearance: Appearance;

  constructor(ports: SettingsPorts, { profile, appearance }: Pick<OpenProfile, 'profile' | 'appearance'>) {
    this.#ports = ports;
    this.#profile = profile;
    this.#appearance = appearance;
  }

  get profile(): Profile {
    return this.#profile;
  }
  get appearance(): Appearance {
    return this.#appearance;
  }

  setProfile(profile: Profile): void {
    this.#keepProfile(profile);
    if (this.#ports.home.isReady) this.#ports.home.saveProfile(profile);
  }
  setAppearance(appearance: Appearance): void {
    this.#keepAppearance(appearance);
    if (this.#ports.home.isReady) this.#ports.home.saveAppearance(appearance);
  }

  /** What the home says counts here; what it does not know yet comes from here. */
  followHome(): void {
    const { home } = this.#ports;
    const [profile, appearance] = [home.profile(), home.appearance()];
    if (profile) this.#keepProfile(profile);
    else home.saveProfile(this.#profile);
    if (appearance) this.#keepAppearance(appearance);
    else home.saveAppearance(this.#appearance);
  }

  /** The next one at this device is somebody else. */
  forgetPerson(): void {
    this.#keepProfile({ name: '', color: '' });
  }

  #keepProfile(profile: Profile): void {
    if (profile.name === this.#profile.name && profile.color === this.#profile.color) return;
    this.#profile = profile;
    this.#ports.vault().saveProfile(profile);
    this.#ports.onChange();
  }
  #keepAppearance(appearance: Appearance): void {
    if (appearance === this.#appearance) return;
    this.#appearance = appearance;
    this.#ports.vault().saveAppearance(appearance);
    this.#ports.onChange();
  }
}
