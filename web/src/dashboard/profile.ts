/** How one control is shaped, as docs/profiles.md says. */
export interface Shape {
  gain: number;
  curve: number;
  offset: number;
  min: number;
  max: number;
  mirror: boolean;
  mute: boolean;
}

/** A profile as the service has it: of each control what differs from doing nothing. */
export interface Profile {
  name: string;
  about: string;
  mirror: boolean;
  controls: Record<string, Partial<Shape>>;
}

export interface ControlChoice {
  name: string;
  unit: string;
  min: number;
  max: number;
  neutral: number;
}

export interface Region {
  name: string;
  controls: ControlChoice[];
}

/** GET /profile/choices */
export interface Choices {
  regions: Region[];
  limits: { gain: [number, number]; curve: [number, number] };
  presets: Profile[];
}

/** GET /profile */
export interface ProfileState {
  revision: number;
  file: boolean;
  saved: boolean;
  problem: string;
  profile: Profile;
}

export const kNothing: Profile = { name: '', about: '', mirror: false, controls: {} };

export function plainShape({ min, max }: ControlChoice): Shape {
  return { gain: 1, curve: 1, offset: 0, min, max, mirror: false, mute: false };
}

export function shapeOf(profile: Profile, control: ControlChoice): Shape {
  return { ...plainShape(control), ...profile.controls[control.name] };
}

/** With one control shaped so; what is as in doing nothing is left out, and min and max push each other along. */
export function withShape(profile: Profile, control: ControlChoice, change: Partial<Shape>): Profile {
  const plain = plainShape(control);
  const shape = { ...shapeOf(profile, control), ...change };
  if (change.min !== undefined) shape.max = Math.max(shape.max, shape.min);
  if (change.max !== undefined) shape.min = Math.min(shape.min, shape.max);
  const different = Object.entries(shape).filter(([key, value]) => value !== plain[key as keyof Shape]);
  const { [control.name]: _, ...controls } = profile.controls;
  if (different.length > 0) controls[control.name] = Object.fromEntries(different);
  return { ...profile, controls };
}

export function withRegion(profile: Profile, region: Region, change: Partial<Shape>): Profile {
  return region.controls.reduce((so_far, control) => withShape(so_far, control, change), profile);
}

/** With what `preset` says of one region; without a region all of it. */
export function withPreset(profile: Profile, preset: Profile, region?: Region): Profile {
  if (region === undefined) return preset;
  return region.controls.reduce((so_far, control) => withShape(so_far, control, shapeOf(preset, control)), profile);
}

export function changedOf(profile: Profile, region: Region): number {
  return region.controls.filter(({ name }) => profile.controls[name] !== undefined).length;
}
