import { element } from '../shared/element';

const kKey = 'vividface.theme';

/** Light or dark: as the system says until the button says otherwise. */
export function chooseTheme(): void {
  const button = element('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = (): boolean => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => button.setAttribute('aria-pressed', String(isDark()));
  const kept = localStorage.getItem(kKey);
  if (kept !== null) document.documentElement.dataset.theme = kept;
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(kKey, theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
