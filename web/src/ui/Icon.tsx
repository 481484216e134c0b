// Line icons of the interface, drawn by us on a grid of 20.

const PATHS = {
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Zm4 9.5 4 4',
  close: 'm5 5 10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  home: 'M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5',
  share: 'M8 12a3 3 0 0 0 4.2 0l3-3A3 3 0 0 0 11 4.8L9.8 6M12 8a3 3 0 0 0-4.2 0l-3 3A3 3 0 0 0 9 15.2L10.2 14',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4',
  moon: 'M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z',
  print: 'M6 7V3.5h8V7M6 14H3.5V8.5a1.5 1.5 0 0 1 1.5-1.5h10a1.5 1.5 0 0 1 1.5 1.5V14H14M6 12h8v4.5H6Z',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  up: 'm4.5 12.5 5.5-5.5 5.5 5.5',
  down: 'm4.5 7.5 5.5 5.5 5.5-5.5',
  download: 'M10 3.5v9m0 0 3.5-3.5M10 12.5 6.5 9M4 16.5h12',
  target: 'M10 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10ZM10 2v4M10 14v4M2 10h4M14 10h4',
  info: 'M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4ZM10 9v4.8M10 6.2v.1',
  warning: 'M10 3.5 17.5 16.5h-15L10 3.5ZM10 8.5v3.8M10 14.3v.1',
  keyboard:
    'M3.5 5.5h13a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 13V7a1.5 1.5 0 0 1 1.5-1.5ZM5 8.3h.1M8.3 8.3h.1M11.6 8.3h.1M15 8.3h.1M6.5 11.7h7',
  contrast: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 3v14M10 6.5h4.9M10 10h7M10 13.5h4.9',
  time: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 6v4.2l2.8 1.8',
  left: 'm12.5 4.5-5.5 5.5 5.5 5.5',
  right: 'm7.5 4.5 5.5 5.5-5.5 5.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
